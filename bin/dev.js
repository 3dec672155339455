#!/usr/bin/env node
// Runs from src/ without a build: node bin/dev.js check --demo
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Plugin } from '@oclif/core/config';
import { register } from 'tsx/esm/api';

register();
const root = path.dirname(import.meta.dirname);
const pjson = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
pjson.oclif.commands.target = './src/commands';
// The manifest of the last build would hide what changed since.
const plugin = new Plugin({ isRoot: true, pjson, root, ignoreManifest: true });
await plugin.load();
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2), { root, pjson, plugins: new Map([[plugin.name, plugin]]) });
