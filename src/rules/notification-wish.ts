/** What a notification is to tell, as templates; what the recipient's kind has no use for is left alone. */
export interface NotificationWish {
  /** Of an email. */
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  /** Of an HTTP request, in place of the recipient's. */
  readonly body?: string | undefined;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Added to the address of an HTTP request. */
  readonly querySuffix?: string | undefined;
  /** Of a file, without its ending. */
  readonly fileName?: string | undefined;
}
