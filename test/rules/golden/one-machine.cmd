@echo off
rem Who may connect to the Viz World ports of this machine
rem Made by vwaudit.
rem
rem   load     vwaudit.cmd
rem            (again and again: the rules are replaced)
rem   remove   netsh advfirewall firewall delete rule name=VWAudit
rem
rem Nobody said who these are, so it is assumed:
rem   client: anywhere, IPv4 and IPv6 (narrow it, for example with --allow client=10.30.0.0/16)
rem   config-tool: only on the host itself (widen it, for example with --allow config-tool=10.20.9.5)
rem   allocator: only hosts of the site (widen it, for example with --allow allocator=10.20.0.12)
rem   server: only hosts of the site (widen it, for example with --allow server=10.20.0.12)
rem   web: nobody (widen it, for example with --allow web=10.20.9.0/24)
rem
rem Good to know:
rem   run it as administrator
rem   the rules only allow: the default inbound action of the profile refuses, and other rules may admit others (check with vwaudit audit)

netsh advfirewall firewall delete rule name="VWAudit" >nul
netsh advfirewall firewall add rule name="VWAudit" description="Viz World: client connections from client (TCP)" dir=in action=allow enable=yes profile=domain,private protocol=TCP localport=102,10100-10103 remoteip=any || exit /b 1
