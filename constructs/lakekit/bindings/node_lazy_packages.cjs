'use strict';
// Changes to the source of cdktf, in the form of node_sources.cjs: packages and programs that a synthesis seldom uses.
// Packages are loaded at first use; together they are two thirds of the modules that cdktf loads.

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
  {
    // Each `terraform_data` runs `terraform version`, and so does each imported resource and each stack with moved ones. A
    // version that has been accepted once is not requested again; one that is too low is, with the message of cdktf.
    hook: 'terraform_version',
    file: path.join('cdktf', 'lib', 'validations', 'validate-binary-version.js'),
    replace: [
      [
        '    validate() {',
        `    validate() {
        const required = JSON.stringify([this.versionCommand, this.versionConstraint]);
        if (lakekitAccepted.has(required)) return [];
        const problems = this.lakekitValidate();
        if (problems.length === 0) lakekitAccepted.add(required);
        return problems;
    }
    lakekitValidate() {`,
      ],
    ],
    append: '\nconst lakekitAccepted = new Set();\n',
  },
];
