import { beforeAll } from 'vitest';

// Outside private namespaces a kernel test would change this machine's own firewall.
beforeAll(() => {
  if (process.env.VWAUDIT_LAB === '1') return;
  throw new Error(
    'Kernel tests run only inside private namespaces: use `npm test` (or `npm run test:kernel -- FILTER`).',
  );
});
