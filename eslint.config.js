import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The rooms of docs/design.md: what each folder of src/ may import. `types` may be imported as types only; `node`
 * lists the Node modules a room may use; a pure room has no Node, no globals with side effects and no promises.
 */
const rooms = {
  net: { imports: [], pure: true },
  deployment: { imports: ['net'], pure: true },
  ports: { imports: ['net', 'deployment'], pure: true },
  firewall: { imports: ['net'], pure: true },
  rules: { imports: ['net', 'deployment', 'ports'], pure: true },
  verdict: {
    imports: ['net', 'deployment'],
    types: ['ports', 'probe', 'sockets', 'firewall'],
    pure: true,
  },
  report: { imports: ['verdict', 'net', 'deployment'], types: ['ports', 'probe'], pure: true },
  site: { imports: ['net', 'deployment', 'ports'], types: ['system'], node: [] },
  probe: { imports: ['net'], types: ['ports', 'system'], node: ['crypto'] },
  responder: { imports: ['net', 'deployment', 'ports', 'probe', 'system'], node: [] },
  sockets: { imports: ['net'], types: ['system'], node: [] },
  facts: { imports: ['net', 'sockets'], types: ['firewall'], node: ['crypto'] },
  system: { imports: ['net'], node: ['*'] },
  usecases: {
    imports: [
      'net',
      'deployment',
      'ports',
      'firewall',
      'rules',
      'verdict',
      'report',
      'site',
      'probe',
      'responder',
      'sockets',
      'facts',
      'system',
    ],
    node: [],
  },
  cli: {
    imports: [
      'net',
      'deployment',
      'ports',
      'firewall',
      'rules',
      'verdict',
      'report',
      'site',
      'probe',
      'responder',
      'sockets',
      'facts',
      'system',
      'usecases',
    ],
    node: ['*'],
  },
  commands: {
    imports: ['cli', 'usecases', 'report'],
    types: ['deployment', 'ports', 'rules', 'verdict'],
    node: [],
  },
};

const names = Object.keys(rooms);

/** The rooms within firewall/: what each may import of the others. */
const firewallRooms = {
  model: [],
  languages: ['model'],
  netfilter: ['model'],
  proof: ['model', 'netfilter'],
};

function firewallRoomRules([room, imports]) {
  const closed = Object.keys(firewallRooms).filter((other) => other !== room && !imports.includes(other));
  return {
    group: closed.map((name) => `**/${name}/**`),
    message: `src/firewall/${room} may not import this room (docs/design.md).`,
  };
}

function roomRules(room, { imports, types = [], pure = false, node = [] }) {
  const closed = names.filter(
    (other) => other !== room && !imports.includes(other) && !types.includes(other),
  );
  const typeOnly = types.filter((other) => !imports.includes(other));
  const folder = (list) => list.flatMap((name) => [`**/${name}/**`, `../${name}/*`]);
  const patterns = [];
  if (closed.length > 0)
    patterns.push({
      group: folder(closed),
      message: `src/${room} may not import this room (docs/design.md).`,
    });
  if (typeOnly.length > 0) {
    patterns.push({
      group: folder(typeOnly),
      allowTypeImports: true,
      message: `src/${room} may import only types of this room (docs/design.md).`,
    });
  }
  if (!node.includes('*')) {
    const allowed = node.map((name) => `!node:${name}`);
    patterns.push({
      group: ['node:*', ...allowed],
      allowTypeImports: !pure,
      message: `src/${room} has no side effects of its own: use System.`,
    });
  }
  if (!['cli', 'commands'].includes(room))
    patterns.push({
      group: ['@oclif/*', 'chalk'],
      message: 'Only commands/ and cli/ know oclif; only cli/ decides colour.',
    });
  if (room === 'report')
    patterns.push({
      group: ['**/verdict/reports/*report.ts', '**/verdict/shapes/*-shape.ts'],
      allowTypeImports: true,
      message: 'What writes a report starts faster without zod, which only reading one needs: import types.',
    });
  if (room !== 'report')
    patterns.push({ group: ['cli-table3'], message: 'Only the table reporter knows cli-table3.' });
  const rules = { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
  if (pure) {
    rules['no-restricted-globals'] = [
      'error',
      'process',
      'Date',
      'performance',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'Promise',
      'fetch',
      'console',
    ];
    rules['no-restricted-syntax'] = [
      'error',
      { selector: ':function[async=true]', message: 'A pure room has no promises.' },
    ];
  }
  const files = [`src/${room}/**/*.ts`];
  if (room !== 'firewall') return [{ files, rules }];
  // A later entry replaces an earlier one, so each room within firewall/ repeats what holds for all of it.
  return Object.entries(firewallRooms).map((entry) => ({
    files: [`src/firewall/${entry[0]}/**/*.ts`],
    rules: {
      ...rules,
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [...patterns, firewallRoomRules(entry)] },
      ],
    },
  }));
}

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ name: 'BigInt', from: 'lib' }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
    },
  },
  ...Object.entries(rooms).flatMap(([room, rule]) => roomRules(room, rule)),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { projectService: false, project: false },
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        performance: 'readonly',
      },
    },
  },
);
