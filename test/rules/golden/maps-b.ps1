#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
#
# Who may connect to the Viz World ports of maps-b, site: Maps, newsroom
# Made by vwaudit.
#
#   load     powershell -ExecutionPolicy Bypass -File vwaudit.ps1
#            (again and again: the rules of the group are replaced)
#   remove   powershell -Command "Remove-NetFirewallRule -Group 'VWAudit'"
#
# Nobody said who these are, so it is assumed:
#   allocator: only hosts of the site (widen it, for example with --allow allocator=10.20.0.12)
#   server: only hosts of the site (widen it, for example with --allow server=10.20.0.12)
#
# Good to know:
#   the rules only allow: the default inbound action of the profile refuses; the script warns if that action or a wider rule admits others
#   Traffic inside the machine is never filtered by Windows Firewall and needs no rule.

$ErrorActionPreference = 'Stop'
$group = 'VWAudit'
$profiles = @('Domain')

# ---- The rules --------------------------------------------------------------------------------------------------
# The old rules stay until all new ones exist, so nobody is cut off in between and a failure leaves things as they were.

$old = @(Get-NetFirewallRule -Group $group -ErrorAction 'SilentlyContinue')
$new = @()
try {
    $new += New-NetFirewallRule -Group $group -DisplayName 'Viz World: client connections from client (TCP)' `
        -Direction 'Inbound' -Action 'Allow' -Enabled 'True' -Profile 'Domain' -EdgeTraversalPolicy 'Block' `
        -Protocol 'TCP' -LocalPort '102', '10101' `
        -RemoteAddress '10.30.0.0/16', 'fd00:30::/48'
    $new += New-NetFirewallRule -Group $group -DisplayName 'Viz World: configuration from config-tool (TCP)' `
        -Direction 'Inbound' -Action 'Allow' -Enabled 'True' -Profile 'Domain' -EdgeTraversalPolicy 'Block' `
        -Protocol 'TCP' -LocalPort '103' `
        -RemoteAddress '10.20.9.5'
    $new += New-NetFirewallRule -Group $group -DisplayName 'Viz World: HTTP from allocator (TCP)' `
        -Direction 'Inbound' -Action 'Allow' -Enabled 'True' -Profile 'Domain' -EdgeTraversalPolicy 'Block' `
        -Protocol 'TCP' -LocalPort '10301-10302' `
        -RemoteAddress '10.20.0.11', 'fd00:20::11'
    $new += New-NetFirewallRule -Group $group -DisplayName 'Viz World: internal from allocator (UDP)' `
        -Direction 'Inbound' -Action 'Allow' -Enabled 'True' -Profile 'Domain' -EdgeTraversalPolicy 'Block' `
        -Protocol 'UDP' -LocalPort '10100', '10200-10201' `
        -RemoteAddress '10.20.0.11', 'fd00:20::11'
} catch {
    foreach ($rule in $new) { Remove-NetFirewallRule -InputObject $rule }
    Write-Warning 'A rule could not be created: the new rules were taken back and the old ones still stand.'
    throw
}
foreach ($rule in $old) { Remove-NetFirewallRule -InputObject $rule }
Write-Output "$($new.Count) rules in the group $group."

# ---- Do they suffice? -------------------------------------------------------------------------------------------
# Allow rules restrict nothing: who else gets in depends on the profiles and on the other rules of this machine.

foreach ($item in Get-NetFirewallProfile -PolicyStore 'ActiveStore') {
    if ($item.Enabled -eq 'False') {
        Write-Warning "Profile $($item.Name): the firewall is off, so everybody reaches every port."
    } elseif ($item.DefaultInboundAction -eq 'Allow') {
        Write-Warning "Profile $($item.Name): the default inbound action is Allow, so everybody reaches every port."
    }
    if ($profiles -contains $item.Name) {
        if ($item.AllowInboundRules -eq 'False') {
            Write-Warning "Profile $($item.Name): all inbound connections are blocked, whatever the rules allow."
        }
        if ($item.AllowLocalFirewallRules -eq 'False') {
            Write-Warning "Profile $($item.Name): a group policy ignores local rules, so these have to go into that policy."
        }
    }
}

$categories = @{ 'Public' = 'Public'; 'Private' = 'Private'; 'DomainAuthenticated' = 'Domain' }
foreach ($network in Get-NetConnectionProfile -ErrorAction 'SilentlyContinue') {
    $category = $categories["$($network.NetworkCategory)"]
    if ($profiles -notcontains $category) {
        Write-Warning "Network $($network.InterfaceAlias) is in profile $category, where the rules do not apply (vwaudit rules --profile)."
    }
}

# Viz World's ports, first and last of each run.
$ours = @(
    @{ Protocol = 'TCP'; First = 102; Last = 103 }
    @{ Protocol = 'TCP'; First = 10101; Last = 10101 }
    @{ Protocol = 'TCP'; First = 10301; Last = 10302 }
    @{ Protocol = 'UDP'; First = 10100; Last = 10100 }
    @{ Protocol = 'UDP'; First = 10200; Last = 10201 }
)
$protocolNames = @{ '6' = 'TCP'; '17' = 'UDP' }

# 'some' where the filter names one of our ports, 'every' where it covers all ports, otherwise 'none'.
function Get-Cover($filter) {
    $protocol = "$($filter.Protocol)"
    if ($protocolNames.ContainsKey($protocol)) { $protocol = $protocolNames[$protocol] }
    foreach ($run in $ours) {
        if ($protocol -ne 'Any' -and $protocol -ne $run.Protocol) { continue }
        foreach ($port in @($filter.LocalPort)) {
            if ($port -eq 'Any') { return 'every' }
            if ("$port" -notmatch '^[0-9]+(-[0-9]+)?$') { continue }
            $ends = "$port".Split('-')
            if ([int]$ends[0] -le $run.Last -and [int]$ends[-1] -ge $run.First) { return 'some' }
        }
    }
    return 'none'
}

$portFilters = @{}
foreach ($filter in Get-NetFirewallPortFilter -PolicyStore 'ActiveStore') { $portFilters[$filter.InstanceID] = $filter }
$programs = @{}
foreach ($filter in Get-NetFirewallApplicationFilter -PolicyStore 'ActiveStore') { $programs[$filter.InstanceID] = $filter.Program }

$anyPort = @()
foreach ($rule in Get-NetFirewallRule -PolicyStore 'ActiveStore' -Direction 'Inbound' -Enabled 'True') {
    if ($rule.Group -eq $group) { continue }
    $cover = Get-Cover $portFilters[$rule.InstanceID]
    if ($cover -eq 'none') { continue }
    $program = $programs[$rule.InstanceID]
    $name = "'$($rule.DisplayName)' (profile $($rule.Profile), program $program)"
    if ($cover -eq 'every' -and $program -ne 'Any') {
        # Such a rule matters only if the program is Viz World's: listed once, at the end.
        $anyPort += "$($rule.Action) $name"
    } elseif ($rule.Action -eq 'Block') {
        Write-Warning "Rule $name blocks Viz World ports, and block beats allow."
    } else {
        Write-Warning "Rule $name lets others in to Viz World ports too."
    }
}
if ($anyPort.Count -gt 0) {
    Write-Warning "Rules for every port of one program; they matter if the program is Viz World: $($anyPort -join '; ')"
}
