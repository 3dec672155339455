/**
 * Also what is answered wrongly as yet: the topics, data after a handshake, and connections that NAT leads away from the server
 * they were for (`VWAUDIT_STRICT=1`).
 */
export const IS_STRICT = process.env.VWAUDIT_STRICT === '1';
