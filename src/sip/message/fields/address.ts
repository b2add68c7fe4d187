import { listField, singleField, type HeaderField } from '../header-field.js';
import { readNameAddress, type NameAddress } from '../name-address.js';

const STAR = 0x2a;

/** What Contact says: addresses, or `*` for all bindings of a registration (RFC 3261 section 10.2.2). */
export type Contacts = { readonly star: boolean; readonly addresses: readonly NameAddress[] };

/** Who sent the request (section 20.20). */
export const fromField: HeaderField<NameAddress> = singleField('From', readNameAddress);

/** Whom the request is for (section 20.39). */
export const toField: HeaderField<NameAddress> = singleField('To', readNameAddress);

const contactList = listField('Contact', readNameAddress);

/** Where the sender wants to be reached (section 20.10). */
export const contactField: HeaderField<Contacts> = {
  name: 'Contact',
  parse: (lines) => {
    const only = lines.length === 1 ? lines[0] : undefined;
    if (only?.charCodeAt(0) === STAR && only.trim() === '*') return { star: true, addresses: [] };
    return { star: false, addresses: contactList.parse(lines) };
  },
};

/** The hops that a request must still visit (section 20.34). */
export const routeField = addressListField('Route');

/** The proxies that want to see all of a dialog (section 20.30). */
export const recordRouteField = addressListField('Record-Route');

/** A header that holds addresses separated by commas: P-Asserted-Identity, Diversion, History-Info and their like. */
export function addressListField(name: string): HeaderField<readonly NameAddress[]> {
  return listField(name, readNameAddress);
}
