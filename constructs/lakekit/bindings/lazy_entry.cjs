'use strict';
// Loaded into jsii's Node processes through NODE_OPTIONS (see kernel.py).
//
// A prebuilt provider's lib/index.js requires all of its modules (some 2,200 for AWS, 600 MiB). It ships
// lib/lazy-index.js, the same exports as getters, and does not use it. Here the package's entry resolves
// to that file. If it is not there, nothing changes.

const path = require('node:path');

const isKernel = process.env.JSII_AGENT && path.basename(process.argv[1] ?? '') === 'program.js';

if (isKernel) {
  const fs = require('node:fs');
  const Module = require('node:module');
  const provider = /^@(?:cdktf|cdktn)\/provider-[\w-]+$/;
  const eagerEntry = path.join('lib', 'index.js');
  const resolveFilename = Module._resolveFilename;

  Module._resolveFilename = function (request, ...rest) {
    const file = resolveFilename.call(this, request, ...rest);
    if (!provider.test(request) || !file.endsWith(eagerEntry)) return file;
    const lazy = path.join(path.dirname(file), 'lazy-index.js');
    return fs.existsSync(lazy) ? lazy : file;
  };

  // Nothing that the kernel may start needs this file.
  const own = /\s*--require "[^"]*lazy_entry\.cjs"/;
  process.env.NODE_OPTIONS = (process.env.NODE_OPTIONS ?? '').replace(own, '');
}
