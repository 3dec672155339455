import { z } from 'zod';
import { text, time } from '../json-shape.ts';

/** An object of a cmdlet: its properties as ConvertTo-Json writes them. */
const cim = z.looseObject({});

/** A list; Windows PowerShell 5.1 may write it as an object with `value` and `Count`, and one element without a list. */
const cims = z.union([z.array(cim), z.object({ value: z.array(cim), Count: z.int() }), cim, z.null()]);

const store = z
  .object({
    rules: cims.describe('Get-NetFirewallRule'),
    port: cims.describe('Get-NetFirewallPortFilter'),
    address: cims.describe('Get-NetFirewallAddressFilter'),
    application: cims.describe('Get-NetFirewallApplicationFilter'),
    service: cims.describe('Get-NetFirewallServiceFilter'),
    interface: cims.describe('Get-NetFirewallInterfaceFilter'),
    interfaceType: cims.describe('Get-NetFirewallInterfaceTypeFilter'),
    security: cims.describe('Get-NetFirewallSecurityFilter'),
    profiles: cims.describe('Get-NetFirewallProfile'),
  })
  .partial()
  .describe('null: the cmdlet failed, see failures');

/** What the script of `vwaudit collect --script powershell` writes. */
export const windowsMachine = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('machine'),
  platform: z.literal('windows'),
  collectedAt: time,
  host: text.describe('its own name'),
  windowsVersion: text.describe('for example 10.0.19045.0'),
  powershellVersion: text,
  isAdministrator: z.boolean(),
  hasPolicyKey: z
    .boolean()
    .nullable()
    .describe('HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall exists'),
  stores: z.object({ PersistentStore: store, RSOP: store, ActiveStore: store }).partial(),
  networks: cims.describe('Get-NetConnectionProfile'),
  addresses: cims.describe('Get-NetIPAddress'),
  tcp: cims.describe('Get-NetTCPConnection -State Listen'),
  udp: cims.describe('Get-NetUDPEndpoint'),
  processes: cims.describe('Win32_Process'),
  services: cims.describe('Win32_Service, the running ones'),
  portTables: z
    .array(
      z.object({
        family: z.union([z.literal(4), z.literal(6)]),
        transport: z.enum(['tcp', 'udp']),
        kind: z.enum(['excluded', 'dynamic']),
        text: text.describe('what netsh printed'),
      }),
    )
    .describe('netsh int ipv4|ipv6 show excludedportrange, show dynamicport'),
  firewallProducts: cims.describe('FirewallProduct of root/SecurityCenter2'),
  failures: z
    .array(z.object({ part: text, message: text }))
    .describe('what could not be read, for example without administrator rights'),
});
