@echo off
rem Who may connect to the Viz World ports of maps-b, site: Maps, newsroom
rem Made by vwaudit.
rem
rem   load     vwaudit.cmd
rem            (again and again: the rules are replaced)
rem   remove   netsh advfirewall firewall delete rule name=VWAudit
rem
rem Nobody said who these are, so it is assumed:
rem   allocator: only hosts of the site (widen it, for example with --allow allocator=10.20.0.12)
rem   server: only hosts of the site (widen it, for example with --allow server=10.20.0.12)
rem
rem Good to know:
rem   run it as administrator
rem   the rules only allow: the default inbound action of the profile refuses, and other rules may admit others (check with vwaudit audit)

netsh advfirewall firewall delete rule name="VWAudit" >nul
netsh advfirewall firewall add rule name="VWAudit" description="Viz World: client connections from client (TCP)" dir=in action=allow enable=yes profile=domain,private protocol=TCP localport=102,10101 remoteip=10.30.0.0/16,fd00:30::/48 || exit /b 1
netsh advfirewall firewall add rule name="VWAudit" description="Viz World: configuration from config-tool (TCP)" dir=in action=allow enable=yes profile=domain,private protocol=TCP localport=103 remoteip=10.20.9.5 || exit /b 1
netsh advfirewall firewall add rule name="VWAudit" description="Viz World: HTTP from allocator (TCP)" dir=in action=allow enable=yes profile=domain,private protocol=TCP localport=10301-10302 remoteip=10.20.0.11,fd00:20::11 || exit /b 1
netsh advfirewall firewall add rule name="VWAudit" description="Viz World: internal from allocator (UDP)" dir=in action=allow enable=yes profile=domain,private protocol=UDP localport=10100,10200-10201 remoteip=10.20.0.11,fd00:20::11 || exit /b 1
