#!/usr/bin/env node
// Runs from src/ without a build: node bin/dev.js check --rehearse
import { settings } from '@oclif/core/settings';
import { register } from 'tsx/esm/api';

register();
process.env.NODE_ENV = 'development';
settings.enableAutoTranspile = true;
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2), { root: import.meta.dirname, ignoreManifest: true });
