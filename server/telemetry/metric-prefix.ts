/** The start of the names of the gateway's own metrics. */
export const metricPrefix = 'atlassian_proxy_';
