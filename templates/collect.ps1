# Collects what decides which packets reach this computer, as one JSON file for "vwaudit audit FILE" and "vwaudit trace FILE".
# Written by "vwaudit collect --script powershell"; for Windows PowerShell 5.1 and PowerShell 7, without further modules.
#
# Reads only: the rules and profiles of Windows Defender Firewall (local, Group Policy, active), the network profile and
# addresses of each interface, listening sockets with their programs and services, reserved port ranges and the registered
# firewall products. No passwords, no keys, no traffic. Run it as administrator, else Group Policy may be incomplete:
#
#   powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 -Out machine.json

param([string]$Out = 'machine.json')

$ErrorActionPreference = 'Stop'
# Otherwise Windows PowerShell 5.1 may write lists as objects.
Remove-TypeData -TypeName 'System.Array' -ErrorAction SilentlyContinue

$failures = New-Object -TypeName 'System.Collections.ArrayList'
$script:done = 0

# The list that the block gives, or null and a line in failures where it fails.
function Read-Part([string]$Part, [scriptblock]$Action) {
  $script:done = $script:done + 1
  $percent = [Math]::Min(99, $script:done * 2)
  Write-Progress -Activity 'vwaudit collect' -Status $Part -PercentComplete $percent
  try {
    return , @(& $Action)
  } catch {
    $message = [string]$_.Exception.Message
    [void]$failures.Add([ordered]@{ part = $Part; message = $message })
    [Console]::Error.WriteLine("not read: $Part ($message)")
    return $null
  }
}

# These properties of each object, as numbers and texts.
function Select-Plain($Objects, [string[]]$Names) {
  foreach ($object in $Objects) {
    $row = [ordered]@{}
    foreach ($name in $Names) {
      $value = $null
      $isFound = $false
      if ($null -ne $object.CimInstanceProperties) {
        $property = $object.CimInstanceProperties[$name]
        if ($null -ne $property) {
          $value = $property.Value
          $isFound = $true
        }
      }
      if (-not $isFound -and $null -ne $object.PSObject.Properties[$name]) {
        $value = $object.$name
        $isFound = $true
      }
      if ($value -is [Enum]) { $value = [int]$value }
      if ($isFound) { $row[$name] = $value }
    }
    $row
  }
}

$ofFilter = 'CreationClassName', 'InstanceID', 'IsNegated'
$names = @{
  rules = 'CreationClassName', 'InstanceID', 'DisplayName', 'RuleGroup', 'Enabled', 'Profiles', 'Direction', 'Action', 'EdgeTraversalPolicy', 'LooseSourceMapping', 'LocalOnlyMapping', 'Owner', 'Platforms', 'PrimaryStatus', 'StatusCode', 'EnforcementStatus', 'PolicyStoreSource', 'PolicyStoreSourceType', 'RemoteDynamicKeywordAddresses', 'PolicyAppId'
  port = $ofFilter + @('Protocol', 'LocalPort', 'RemotePort', 'IcmpType', 'DynamicTransport')
  address = $ofFilter + @('LocalAddress', 'RemoteAddress')
  application = $ofFilter + @('AppPath', 'Package')
  service = $ofFilter + @('ServiceName')
  interface = $ofFilter + @('InterfaceAlias')
  interfaceType = $ofFilter + @('InterfaceType')
  security = $ofFilter + @('Authentication', 'Encryption', 'OverrideBlockRules', 'LocalUsers', 'RemoteUsers', 'RemoteMachines')
  profiles = 'Name', 'Enabled', 'DefaultInboundAction', 'DefaultOutboundAction', 'AllowInboundRules', 'AllowLocalFirewallRules', 'AllowLocalIPsecRules', 'AllowUserApps', 'AllowUserPorts', 'AllowUnicastResponseToMulticast', 'EnableStealthModeForIPsec', 'DisabledInterfaceAliases'
}

# One call of each cmdlet: asking rule by rule takes minutes.
$stores = [ordered]@{}
foreach ($store in 'PersistentStore', 'RSOP', 'ActiveStore') {
  $stores[$store] = [ordered]@{
    rules = Read-Part "$store rules" {
      if ($store -eq 'ActiveStore') {
        Select-Plain (Get-NetFirewallRule -All -PolicyStore $store -TracePolicyStore) $names.rules
      } else {
        Select-Plain (Get-NetFirewallRule -All -PolicyStore $store) $names.rules
      }
    }
    port = Read-Part "$store port" { Select-Plain (Get-NetFirewallPortFilter -All -PolicyStore $store) $names.port }
    address = Read-Part "$store address" { Select-Plain (Get-NetFirewallAddressFilter -All -PolicyStore $store) $names.address }
    application = Read-Part "$store application" { Select-Plain (Get-NetFirewallApplicationFilter -All -PolicyStore $store) $names.application }
    service = Read-Part "$store service" { Select-Plain (Get-NetFirewallServiceFilter -All -PolicyStore $store) $names.service }
    interface = Read-Part "$store interface" { Select-Plain (Get-NetFirewallInterfaceFilter -All -PolicyStore $store) $names.interface }
    interfaceType = Read-Part "$store interfaceType" { Select-Plain (Get-NetFirewallInterfaceTypeFilter -All -PolicyStore $store) $names.interfaceType }
    security = Read-Part "$store security" { Select-Plain (Get-NetFirewallSecurityFilter -All -PolicyStore $store) $names.security }
    profiles = Read-Part "$store profiles" { Select-Plain (Get-NetFirewallProfile -All -PolicyStore $store) $names.profiles }
  }
}

$portTables = New-Object -TypeName 'System.Collections.ArrayList'
foreach ($family in 4, 6) {
  foreach ($transport in 'tcp', 'udp') {
    $excluded = Read-Part "netsh ipv$family excludedportrange $transport" { & netsh.exe int "ipv$family" show excludedportrange "protocol=$transport" }
    if ($null -ne $excluded) {
      [void]$portTables.Add([ordered]@{ family = $family; transport = $transport; kind = 'excluded'; text = [string]($excluded -join "`n") })
    }
    $dynamic = Read-Part "netsh ipv$family dynamicport $transport" { & netsh.exe int "ipv$family" show dynamicport $transport }
    if ($null -ne $dynamic) {
      [void]$portTables.Add([ordered]@{ family = $family; transport = $transport; kind = 'dynamic'; text = [string]($dynamic -join "`n") })
    }
  }
}

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object -TypeName 'Security.Principal.WindowsPrincipal' -ArgumentList $identity
$isAdministrator = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
$hasPolicyKey = Read-Part 'policy key' { Test-Path -LiteralPath 'HKLM:\SOFTWARE\Policies\Microsoft\WindowsFirewall' }

$machine = [ordered]@{
  schemaVersion = 1
  kind = 'machine'
  platform = 'windows'
  collectedAt = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss', [Globalization.CultureInfo]::InvariantCulture) + 'Z'
  host = [Environment]::MachineName
  windowsVersion = [Environment]::OSVersion.Version.ToString()
  powershellVersion = $PSVersionTable.PSVersion.ToString()
  isAdministrator = [bool]$isAdministrator
  hasPolicyKey = $(if ($null -eq $hasPolicyKey) { $null } else { [bool]$hasPolicyKey[0] })
  stores = $stores
  networks = Read-Part 'networks' { Select-Plain (Get-NetConnectionProfile) @('Name', 'InterfaceAlias', 'InterfaceIndex', 'NetworkCategory') }
  addresses = Read-Part 'addresses' { Select-Plain (Get-NetIPAddress) @('IPAddress', 'PrefixLength', 'InterfaceAlias', 'InterfaceIndex') }
  tcp = Read-Part 'tcp' { Select-Plain (Get-NetTCPConnection -State Listen) @('LocalAddress', 'LocalPort', 'OwningProcess') }
  udp = Read-Part 'udp' { Select-Plain (Get-NetUDPEndpoint) @('LocalAddress', 'LocalPort', 'OwningProcess') }
  processes = Read-Part 'processes' { Select-Plain (Get-CimInstance -ClassName 'Win32_Process' -Property 'ProcessId', 'Name', 'ExecutablePath') @('ProcessId', 'Name', 'ExecutablePath') }
  services = Read-Part 'services' { Select-Plain (Get-CimInstance -ClassName 'Win32_Service' -Filter 'ProcessId > 0' -Property 'Name', 'ProcessId') @('Name', 'ProcessId') }
  portTables = @($portTables)
  firewallProducts = Read-Part 'firewallProducts' { Select-Plain (Get-CimInstance -Namespace 'root/SecurityCenter2' -ClassName 'FirewallProduct') @('displayName', 'productState') }
  failures = @($failures)
}
# Names and texts must not become objects again, and the file has no byte order mark.
$json = ConvertTo-Json -InputObject $machine -Depth 8 -Compress
$path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)
[IO.File]::WriteAllText($path, $json, (New-Object -TypeName 'Text.UTF8Encoding' -ArgumentList $false))
Write-Progress -Activity 'vwaudit collect' -Completed
if (-not $isAdministrator) { [Console]::Error.WriteLine('not run as administrator: Group Policy and the active rules may be incomplete') }
[Console]::Error.WriteLine("wrote $path")
