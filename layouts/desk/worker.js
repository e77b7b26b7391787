// Runs in the desk's worker, behind Pyodide's script and qpdf.js: starts Python with what the page hands over, then
// answers the page's calls one after another. Nothing is fetched: what Pyodide asks for by name is in memory.
//
// From the page: {start: {name: base64}}, then {id, method, args}. To it: {ready: {…}} or {failed: text} once, then
// {id, result}, {id, wrong: [problem]}, {id, failed: text} or {id, crashed: true}; after the last the worker has ended.
(() => {
  'use strict';
  const NOWHERE = 'https://desk.invalid/';   // only a name, see fetch
  const BYTES = '\u0000bytes';               // marks the place of bytes in what goes to Python and comes back as JSON
  const KINDS = {wasm: 'application/wasm', zip: 'application/zip'};
  const files = new Map();
  let answer = null;

  self.fetch = async address => {
    const name = String(address).split('/').pop();
    if (!files.has(name)) throw new Error('Nothing is fetched here: ' + address);
    return unpacked(name);
  };

  function decoded(text) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const found = atob(text), bytes = new Uint8Array(found.length);
    for (let i = 0; i < found.length; i++) bytes[i] = found.charCodeAt(i);
    return bytes;
  }

  // Each is asked for once, and unpacked only then: together they would take 40 MB.
  function unpacked(name) {
    const packed = files.get(name);
    files.delete(name);
    const kind = KINDS[name.split('.').pop()] || '';
    return new Response(packed.stream().pipeThrough(new DecompressionStream('gzip')), {headers: {'content-type': kind}});
  }

  const bytes = async name => new Uint8Array(await unpacked(name).arrayBuffer());

  async function start(data) {
    const begun = performance.now();
    for (const name of Object.keys(data)) {
      files.set(name.replace(/\.gz$/, ''), new Blob([decoded(data[name])]));
      delete data[name];
    }
    await qpdfStart(await bytes('qpdf.wasm'));
    const python = await loadPyodide({
      indexURL: NOWHERE,
      packageBaseUrl: NOWHERE,
      createPyodideModule: self.createPyodideModule,
      lockFileContents: {
        info: {abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten_5_0_3', python: '3.14.2', version: '314.0.7'},
        packages: {},
      },
      stdin: () => null,
      env: {HOME: '/home/pyodide', PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0'},
    });
    const loaded = performance.now();
    python.unpackArchive(await bytes('pmdiag.zip'), 'zip', {extractDir: '/app'});
    answer = python.runPython(PYTHON);
    const ended = performance.now();
    postMessage({ready: {python: python.version, load: loaded - begun, import: ended - loaded, memory: memory(python)}});
  }

  const memory = python => python._module.HEAP8.length;

  const PYTHON = `
import json, pathlib, pickle, sys
from collections.abc import Mapping
import js
from pyodide.ffi import to_js

sys.path.insert(0, "/app")
from pmdiag_build.returns.readers import qpdf_objects

def run(data, arguments):
    code, said, out = js.qpdfRun(to_js(data), to_js(arguments))
    return code, said, out.to_bytes()

qpdf_objects.run = run
from pmdiag_build.desk import Desk, answer, warm
from pmdiag_build.resources import LAYOUTS

BYTES = "\\0bytes"
with open("/app/desk.bin", "rb") as file:
    tool, demo = pickle.load(file)
own = pathlib.Path("/app/local", tool.local.id if tool.local else "", "layouts")
desk = Desk(tool, demo, (own, LAYOUTS) if own.is_dir() else (LAYOUTS,))
warm()

def called(method, text, given):
    def filled(found):
        return given[found[BYTES]].to_bytes() if BYTES in found else found

    def apart(value):
        if isinstance(value, bytes):
            made.append(value)
            return {BYTES: len(made)}
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, (set, frozenset)):
            return sorted(value)
        raise TypeError(type(value).__name__)

    made = []
    text = json.dumps(answer(desk, method, json.loads(text, object_hook=filled)), default=apart)
    return to_js([text, *made])

called
`;

  function call({id, method, args}) {
    const given = [];
    const text = JSON.stringify(args || {}, (_, value) => {
      if (value instanceof ArrayBuffer) value = new Uint8Array(value);
      return value instanceof Uint8Array ? {[BYTES]: given.push(value) - 1} : value;
    });
    const made = answer(method, text, given);
    const filled = (_, value) => (value !== null && typeof value === 'object' && BYTES in value ? made[value[BYTES]] : value);
    const said = JSON.parse(made[0], made.length > 1 ? filled : undefined);
    postMessage({id, ...said}, made.slice(1).map(bytes => bytes.buffer));
  }

  self.onmessage = ({data}) => {
    if (data.start) {
      start(data.start).catch(error => postMessage({failed: String(error && error.message || error)}));
      return;
    }
    try {
      call(data);
    } catch (error) {
      // Python itself says what goes wrong in it. What arrives here has ended it: memory, or a mistake in its machine.
      postMessage({id: data.id, crashed: true, reason: String(error && error.message || error)});
      self.close();
    }
  };
})();
