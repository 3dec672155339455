/** Also what is answered wrongly as yet: the topics, and data after a handshake (`VWAUDIT_STRICT=1`). */
export const IS_STRICT = process.env.VWAUDIT_STRICT === '1';
