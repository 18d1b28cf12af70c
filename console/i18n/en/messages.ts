/** The gateway's own words. */
export { gatewayMessages as messages } from '../../../contract/gateway-messages.ts';
