/**
 * Node's HTTP module. Importing it as an ES module reads all of its members, and `http.WebSocket` loads Node's own copy
 * of undici, which takes 5 to 10 MB of the idle gateway.
 */
export const http = process.getBuiltinModule('node:http');
