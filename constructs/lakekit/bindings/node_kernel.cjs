'use strict';
// Changes to the source of jsii's kernel, in the form of node_sources.cjs: fewer messages, and fewer look-ups for each.

const path = require('node:path');

exports.CHANGES = [
  {
    // Messages that Python has collected, and a last one whose answer it needs (see batches.py). What follows an error is
    // not carried out. Python has chosen the names of new objects.
    hook: 'batches',
    package: 'jsii',
    file: path.join('lib', 'program.js'),
    replace: [
      ['findApi(e){', 'findApi(e){if(e==="lakekit.batch"){const host=this;return function(batch){return lakekitBatch(host,this,batch)}}'],
      [
        'function _ObjectTable_makeId(e){',
        'function _ObjectTable_makeId(e){if(lakekitReference.next){const next=lakekitReference.next;lakekitReference.next=undefined;return next}',
      ],
      ['.registerObject(K,f,null!==(m=e.interfaces)', '.registerObject(lakekitName(K,e),f,null!==(m=e.interfaces)'],
    ],
    prepend: 'const lakekitReference = {};',
    append: `
function lakekitName(object, request) {
    lakekitReference.next = request["lakekit.reference"];
    return object;
}
function lakekitBatch(host, kernel, { requests, last }) {
    const results = [];
    try {
        for (const request of requests) {
            const wanted = request["lakekit.attributes"], reference = request["lakekit.reference"];
            const result = host.findApi(request.api, request).call(kernel, request);
            const attributes = result?.["lakekit.attributes"];
            if (reference && (result["lakekit.created"] ?? result)["$jsii.byref"] !== reference)
                throw new Error(reference + " has been created under another name");
            results.push(attributes ? wanted.map((name) => attributes[name] ?? null) : 0);
        }
        return last ? { results, last: host.findApi(last.api, last).call(kernel, last) } : { results };
    } catch (error) {
        return { results, error: { error: error.message, name: error.name, stack: error.stack } };
    }
}
`,
  },
  {
    // For each creation the kernel looks up the class, and collects the properties of its configuration and of all of its
    // base classes. Classes and properties do not change.
    hook: 'kernel_lookups',
    package: 'jsii',
    file: path.join('lib', 'program.js'),
    replace: [
      [
        'function _Kernel_findSymbol(e){',
        'function _Kernel_findSymbol(e){let found=lakekitSymbols.get(e);' +
          'if(found===undefined)lakekitSymbols.set(e,found=lakekitFindSymbol.call(this,e));return found},' +
          'lakekitFindSymbol=function _Kernel_findSymbol(e){',
      ],
      [
        'function propertiesOf(e,p,m=new Set){',
        'function propertiesOf(e,p,m){if(m!==undefined)return lakekitPropertiesOf(e,p,m);let found=lakekitProperties.get(e);' +
          'if(found===undefined)lakekitProperties.set(e,found=lakekitPropertiesOf(e,p,new Set));return found}' +
          'function lakekitPropertiesOf(e,p,m){',
      ],
      [
        'const y=Object.keys(m).filter(e=>!m[e].optional).filter(p=>!(p in e));',
        'let required=lakekitRequired.get(m);' +
          'if(required===undefined)lakekitRequired.set(m,required=Object.keys(m).filter(e=>!m[e].optional));' +
          'const y=required.filter(p=>!(p in e));',
      ],
    ],
    prepend:
      'var lakekitFindSymbol;' +
      'const lakekitSymbols = new Map(), lakekitProperties = new WeakMap(), lakekitRequired = new WeakMap();',
    append: '',
  },
];
