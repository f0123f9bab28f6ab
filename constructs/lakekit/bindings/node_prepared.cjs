'use strict';
// Changes to the source of cdktf and of jsii's kernel, in the form of node_sources.cjs: elements are rendered once.
//
// A synthesis renders and resolves each element of a stack twice: to find references to other stacks, and to write it. What
// the first pass has found is used again where the second would find the same: the element contains no tokens except
// references to its own stack, and no code of the program (of Python, or an aspect) has run in between.

const path = require('node:path');

exports.CHANGES = [
  {
    hook: 'prepared',
    file: path.join('cdktf', 'lib', 'terraform-stack.js'),
    replace: [
      [
        'terraformElements(this).forEach((e) => (0, _tokens_1.resolve)(this, e.toTerraform(), true));',
        'terraformElements(this).forEach((e) => lakekitPrepare(this, e));',
      ],
      [
        'const fragments = elements.map((e) => (0, _tokens_1.resolve)(this, e.toTerraform()));',
        'const fragments = elements.map((e) => lakekitPrepared(e) ?? (0, _tokens_1.resolve)(this, e.toTerraform()));',
      ],
    ],
    append: `
const lakekitElements = new WeakMap();
const lakekitReferenceOf = Symbol.for("$__jsii__objid__$");
function lakekitPrepare(stack, element) {
    const calls = globalThis.lakekitChanges?.calls;
    const rendered = element.toTerraform();
    globalThis.lakekitOtherTokens = false;
    const fragment = (0, _tokens_1.resolve)(stack, rendered, true);
    // Only if each of the changes below has been made.
    const step = globalThis.lakekitTokensNoted && globalThis.lakekitAspectsNoted && globalThis.lakekitChanges?.step;
    // A method of Python can return something else when it is called again.
    const isSame = calls === globalThis.lakekitChanges?.calls;
    if (step && isSame && !globalThis.lakekitOtherTokens) lakekitElements.set(element, { step, fragment });
}
function lakekitPrepared(element) {
    const prepared = lakekitElements.get(element), changes = globalThis.lakekitChanges;
    lakekitElements.delete(element);
    if (!prepared || changes.unknown > prepared.step) return undefined;
    return changes.elements.get(element[lakekitReferenceOf]) > prepared.step ? undefined : prepared.fragment;
}
`,
  },
  {
    hook: 'prepared',
    file: path.join('lib', 'tokens', 'resolvable.js'),
    replace: [
      [
        'let resolved = t.resolve(context);',
        'if (t.lakekitIsReferenceWithin?.(context.scope) !== true) globalThis.lakekitOtherTokens = true;\n' +
          '            let resolved = t.resolve(context);',
      ],
    ],
    append: '\nglobalThis.lakekitTokensNoted = true;\n',
  },
  {
    hook: 'prepared',
    file: path.join('cdktf', 'lib', 'tfExpression.js'),
    replace: [
      [
        'class Reference extends TFExpression {',
        'class Reference extends TFExpression {\n' +
          '    lakekitIsReferenceWithin(stack) { return this.constructor === Reference && this.originStack === stack; }',
      ],
    ],
    append: '',
  },
  {
    hook: 'prepared',
    file: path.join('cdktf', 'lib', 'synthesize', 'synthesizer.js'),
    replace: [['aspect.visit(construct);', 'globalThis.lakekitChanges?.note({});\n            aspect.visit(construct);']],
    append: '\nglobalThis.lakekitAspectsNoted = true;\n',
  },
  {
    // What a message can have changed: nothing, one element, or anything. A method of Python that JavaScript calls can only
    // change elements with messages. Methods and properties of nested blocks are of classes with the names below.
    hook: 'prepared',
    package: 'jsii',
    file: path.join('lib', 'program.js'),
    replace: [
      ['findApi(e){', 'findApi(e){if(arguments[1])globalThis.lakekitChanges.note(arguments[1]);'],
      ['F=this.findApi(y.api)', 'F=this.findApi(y.api,y)'],
      ['callbackHandler(e){for(', 'callbackHandler(e){globalThis.lakekitChanges.calls++;for('],
    ],
    prepend: 'globalThis.lakekitChanges = lakekitRecord();',
    append: `
function lakekitRecord() { return {
    step: 0,
    calls: 0,
    unknown: 0,
    elements: new Map(),
    note({ api, fqn, objref, method }) {
        this.step++;
        if (api === "get" || api === "sget" || api === "load" || api === "lakekit.batch") return;
        if (api === "create" && /^(@cdktf\\/provider-|cdktf\\.|constructs\\.)/.test(fqn)) return;
        if (api === "invoke" && /^(addDependency|find(All|Child)|tryFindChild|prepareStack|synth)$/.test(method)) return;
        const reference = objref?.["$jsii.byref"] ?? "";
        if (api === "invoke" && method === "addOverride" && reference.startsWith("cdktf.TerraformStack@")) return;
        const isElement = /^@cdktf\\/provider-/.test(reference) && !/(OutputReference|List|Map)@/.test(reference);
        const isOwn = api === "set" || api === "invoke" && /^(addOverride|put[A-Z]|reset[A-Z])/.test(method);
        if (isElement && isOwn) this.elements.set(reference, this.step);
        else this.unknown = this.step;
    },
}; }
`,
  },
];
