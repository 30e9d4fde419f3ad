"""Node.js: its own modules, and what Lambda's runtimes have beside them."""

from __future__ import annotations

OWN = frozenset({
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
    "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net",
    "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream", "string_decoder",
    "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads", "zlib",
})  # fmt: skip
"""Modules that every Node.js has; newer ones (`node:test`, `node:sqlite`, `node:sea`) are loaded by `node:` alone.

Source: `require("node:module").builtinModules` of Node.js 20, and https://nodejs.org/api/ for what came later.
"""


def is_own(specifier: str) -> bool:
    """Whether a specifier names one of Node.js's own modules, or a part of one: `node:fs`, `fs/promises`."""
    return specifier.startswith("node:") or specifier.partition("/")[0] in OWN


SDK_3 = 18
"""The first version of Node.js whose runtime has version 3 of the SDK in place of version 2."""


SIGNALS = 16
"""The first major version of Node.js whose `AbortSignal` has `timeout`:
https://nodejs.org/api/globals.html#static-method-abortsignaltimeoutdelay"""


def brings_sdk(package: str, version: int) -> bool | None:
    """Whether Lambda's runtime of a major version of Node.js has a package of the AWS SDK; None for other packages.

    Version 3 since nodejs18.x, version 2 until nodejs16.x:
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    """
    if package == "aws-sdk":
        return version < SDK_3
    return version >= SDK_3 if package.startswith("@aws-sdk/") else None


INLINE = frozenset({"cfn-response"})
"""What CloudFormation adds to code in a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/cfn-lambda-function-code-cfnresponsemodule.html
"""

FUNCTIONS = {
    "js:fetch": 18, "js:Request": 18, "js:Response": 18, "js:Headers": 18, "js:FormData": 18, "js:structuredClone": 18,
    "js:crypto.randomUUID": 20, "js:crypto.getRandomValues": 20, "js:crypto.subtle.digest": 20,
    "js:Array.fromAsync": 22, "js:Object.groupBy": 22, "js:Map.groupBy": 22, "js:Promise.withResolvers": 22,
    "js:Iterator.from": 22, "js:WebSocket": 22, "js:Promise.try": 24, "js:RegExp.escape": 24, "js:Error.isError": 24,
}  # fmt: skip
"""Global functions and classes that came with a major version of Node.js which Lambda has.

Sources: https://nodejs.org/api/globals.html (crypto without a flag: 19), https://nodejs.org/en/blog/release/ of 18, 20,
22 and 24, whose V8 decides the rest.
"""

METHODS = {
    "replaceAll": 16, "findLast": 18, "findLastIndex": 18, "toSorted": 20, "toReversed": 20, "toSpliced": 20,
    "isWellFormed": 20, "toWellFormed": 20, "isSubsetOf": 22, "isSupersetOf": 22, "isDisjointFrom": 22,
    "symmetricDifference": 22,
}  # fmt: skip
"""Methods of texts, arrays and sets that came so, by names that nothing else has."""

GLOBALS = frozenset({
    # JavaScript: https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects
    "AggregateError", "Array", "ArrayBuffer", "AsyncDisposableStack", "AsyncFunction", "AsyncGenerator", "Atomics",
    "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "DataView", "Date", "DisposableStack", "Error",
    "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array", "Float64Array", "Function", "Infinity",
    "Int16Array", "Int32Array", "Int8Array", "Intl", "Iterator", "JSON", "Map", "Math", "NaN", "Number", "Object",
    "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set", "SharedArrayBuffer", "String",
    "SuppressedError", "Symbol", "SyntaxError", "Temporal", "TypeError", "URIError", "Uint16Array", "Uint32Array",
    "Uint8Array", "Uint8ClampedArray", "WeakMap", "WeakRef", "WeakSet", "arguments", "decodeURI",
    "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "eval", "globalThis", "isFinite", "isNaN",
    "parseFloat", "parseInt", "undefined", "unescape",
    # Words that the grammar of a parser may take for names.
    "async", "await", "import", "let", "meta", "new", "of", "static", "super", "target", "this", "yield",
    # Node.js: https://nodejs.org/api/globals.html, and what only one kind of modules has.
    "AbortController", "AbortSignal", "Blob", "BroadcastChannel", "Buffer", "ByteLengthQueuingStrategy", "CloseEvent",
    "CompressionStream", "CountQueuingStrategy", "Crypto", "CryptoKey", "CustomEvent", "DOMException",
    "DecompressionStream", "ErrorEvent", "Event", "EventSource", "EventTarget", "File", "FormData", "Headers",
    "MessageChannel", "MessageEvent", "MessagePort", "Navigator", "Performance", "PerformanceEntry",
    "PerformanceMark", "PerformanceMeasure", "PerformanceObserver", "PerformanceObserverEntryList",
    "PerformanceResourceTiming", "QuotaExceededError", "ReadableByteStreamController", "ReadableStream",
    "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest", "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader", "Request", "Response", "Storage", "SubtleCrypto", "TextDecoder",
    "TextDecoderStream", "TextEncoder", "TextEncoderStream", "TransformStream", "TransformStreamDefaultController",
    "URL", "URLPattern", "URLSearchParams", "WebAssembly", "WebSocket", "WritableStream",
    "WritableStreamDefaultController", "WritableStreamDefaultWriter", "__dirname", "__filename", "atob", "btoa",
    "clearImmediate", "clearInterval", "clearTimeout", "console", "crypto", "exports", "fetch", "gc", "global",
    "localStorage", "module", "navigator", "performance", "process", "queueMicrotask", "require", "root", "GLOBAL",
    "sessionStorage", "setImmediate", "setInterval", "setTimeout", "structuredClone",
    # Lambda: https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
    "awslambda",
    # Other runtimes and browsers, for which a program asks in ways of its own.
    "Bun", "Deno", "EdgeRuntime", "HTMLElement", "XMLHttpRequest", "alert", "caches", "document", "history",
    "importScripts", "location", "postMessage", "self", "window",
})  # fmt: skip
"""The names that are there without anybody declaring them, in some version of Node.js or elsewhere: those that a
version does not have yet are told by FUNCTIONS."""
