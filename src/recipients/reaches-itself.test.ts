import { expect, it } from '@jest/globals';
import { reachesItself } from './reaches-itself.js';
import { recipientsSchema } from './recipients-schema.js';

it.each([
  ['http://127.0.0.1:8080/api/v1/virtual-inputs/1/activate', true],
  ['http://localhost/x', true],
  ['http://[::1]:8080/x', true],
  ['http://127.0.0.1.example.com/x', false],
  ['http://192.168.0.7/axis-cgi/virtualinput/activate.cgi', false],
])('A notification to %s may come back to the device: %s', (url, expected) => {
  const recipients = recipientsSchema.parse([{ id: 'r', name: 'R', kind: 'http', settings: { url } }]);
  expect(reachesItself(recipients, 'r')).toBe(expected);
  expect(reachesItself(recipients, 'other')).toBe(false);
});
