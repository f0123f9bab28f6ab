'use strict';
// Loaded into jsii's Node processes through NODE_OPTIONS (see kernel.py).
//
// lib/index.js of a prebuilt provider requires all of its modules (some 2,200 for AWS, 600 MiB). The package also ships
// lib/lazy-index.js, the same exports as getters, and does not use it. Here the package's entry resolves to that file.

const Module = require('node:module');
const fs = require('node:fs');
const path = require('node:path');

const OWN_OPTION = /--require "[^"]*node_hook\.cjs"\s*/;
const PACKAGE = /^(?:constructs|cdktf|cdktn|@(?:cdktf|cdktn)\/.+)$/;
const PROVIDER = /^@(?:cdktf|cdktn)\/provider-[\w-]+$/;
const ENTRY = path.join('lib', 'index.js');

let reported = false;
const resolveFilename = Module._resolveFilename;

if (typeof resolveFilename === 'function') {
  Module._resolveFilename = function (request, ...rest) {
    const file = resolveFilename.call(this, request, ...rest);
    if (!PACKAGE.test(request)) return file;
    forgetOwnOption();
    return PROVIDER.test(request) ? lazyEntry(request, file) : file;
  };
} else {
  report(`Node ${process.version} does not have module._resolveFilename`);
}

function lazyEntry(provider, file) {
  const folder = path.dirname(file);
  const lazy = path.join(folder, 'lazy-index.js');
  if (file.endsWith(ENTRY) && fs.existsSync(lazy)) return lazy;
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, '..', 'package.json'), 'utf8'));
  report(`${provider} ${version} does not have lib/lazy-index.js`);
  return file;
}

// jsii's kernel loads packages; processes that it starts need no hook.
function forgetOwnOption() {
  if (process.env.NODE_OPTIONS) process.env.NODE_OPTIONS = process.env.NODE_OPTIONS.replace(OWN_OPTION, '');
}

function report(missing) {
  if (reported) return;
  reported = true;
  process.stderr.write(
    `lakekit: ${missing}. Synthesis is correct but slow. Fix: install a release that lakekit supports ` +
      '(`pip install --upgrade lakekit`); LAKEKIT_STOCK_BINDINGS=1 silences this message.\n',
  );
}
