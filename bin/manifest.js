#!/usr/bin/env node
// The last step of `npm run build`, which has removed the old one: writes oclif.manifest.json, so that a start loads the one command it runs and not all.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Config } from '@oclif/core/config';

const root = path.dirname(import.meta.dirname);
const config = await Config.load({ root });
const plugin = config.plugins.get(config.pjson.name);
writeFileSync(path.join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest)}\n`);
