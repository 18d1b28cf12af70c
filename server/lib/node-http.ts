/**
 * Node's HTTP module. An `import` of it reads each of its members, and `http.WebSocket` loads Node's own copy of undici:
 * 5 to 10 MB of the idle gateway.
 */
export const http = process.getBuiltinModule('node:http');
