'use strict';
// Changes to the source of cdktf, in the form of node_sources.cjs: packages that a synthesis seldom uses are loaded at first
// use. Together they are two thirds of the modules that cdktf loads.

const path = require('node:path');

exports.CHANGES = [
  {
    // Only the process that cdktf starts to write an archive uses it.
    hook: 'lazy_packages',
    file: path.join('cdktf', 'lib', 'private', 'fs.js'),
    replace: [['const archiver = require("archiver");', 'const archiver = (...options) => require("archiver")(...options);']],
    append: '',
  },
  {
    // Only moved and imported resources compare the version of Terraform.
    hook: 'lazy_packages',
    file: path.join('cdktf', 'lib', 'validations', 'validate-binary-version.js'),
    replace: [
      ['const semver = require("semver");', ''],
      ['if (!semver.satisfies(', 'if (!require("semver").satisfies('],
    ],
    append: '',
  },
];
