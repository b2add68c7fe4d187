import { SipsirenError } from '../base/errors.js';
import type { IncomingSignalingCall, SignalingCall } from './signaling.js';

/** How a call reaches its peer; one implementation for each direction. */
export interface CallLeg {
  ring(): void;
  accept(sdp: string): void;
  reject(status: number, detail: string): void;
  end(detail: string): void;
  /** Whether the peer still knows the call. */
  isAlive(): Promise<boolean>;
  /** Sends a key by INFO. */
  sendKey(digit: string, milliseconds: number): Promise<void>;
  /** Offers another session description. */
  renegotiate(sdp: string): Promise<void>;
}

/** An incoming call's way back to the caller. */
export class IncomingLeg implements CallLeg {
  readonly #call: IncomingSignalingCall;

  constructor(call: IncomingSignalingCall) {
    this.#call = call;
  }

  ring(): void {
    this.#call.progress(180);
  }

  accept(sdp: string): void {
    this.#call.accept(sdp);
  }

  reject(status: number, detail: string): void {
    this.#call.reject(status, { warning: detail });
  }

  end(detail: string): void {
    this.#call.end(detail);
  }

  isAlive(): Promise<boolean> {
    return this.#call.isAlive();
  }

  sendKey(digit: string, milliseconds: number): Promise<void> {
    return this.#call.sendInfoKey(digit, milliseconds);
  }

  renegotiate(sdp: string): Promise<void> {
    return this.#call.renegotiate(sdp);
  }
}

/** A call of ours; the engine's part is there as soon as the INVITE is on its way. */
export class OutgoingLeg implements CallLeg {
  call: SignalingCall | undefined;

  ring(): void {
    throw new SipsirenError('INTERNAL', 'An outgoing call cannot ring here.');
  }

  accept(): void {
    throw new SipsirenError('INTERNAL', 'An outgoing call cannot be accepted here.');
  }

  reject(_status: number, detail: string): void {
    this.call?.end(detail);
  }

  end(detail: string): void {
    this.call?.end(detail);
  }

  isAlive(): Promise<boolean> {
    return this.call?.isAlive() ?? Promise.resolve(true);
  }

  sendKey(digit: string, milliseconds: number): Promise<void> {
    return this.call?.sendInfoKey(digit, milliseconds) ?? Promise.reject(notYet());
  }

  renegotiate(sdp: string): Promise<void> {
    return this.call?.renegotiate(sdp) ?? Promise.reject(notYet());
  }
}

function notYet(): SipsirenError {
  return new SipsirenError('CONFLICT', 'The call is not on its way yet.');
}
