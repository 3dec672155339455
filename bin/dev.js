#!/usr/bin/env -S node --import tsx
// Runs from src/ without a build: node --import tsx bin/dev.js check --rehearse
import { settings } from '@oclif/core/settings';
import { main } from '../src/cli/main.ts';

process.env.NODE_ENV = 'development';
settings.enableAutoTranspile = true;
settings.debug = false;
await main(process.argv.slice(2), import.meta.url);
