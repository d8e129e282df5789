import { inlineVector, storedVector, vectorFile } from './deletion-vector.ts';
import { storeVector, writeVector } from '../../../../../test/fixtures/delta/deletion-vector.ts';

const inline = (pathOrInlineDv: string, sizeInBytes: number, cardinality: number) => inlineVector({ storageType: 'i', pathOrInlineDv, sizeInBytes, cardinality });

test('the protocol’s own example, in the native framing', () => {
  expect(inline('wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L', 40, 6)).toEqual([3, 4, 7, 11, 18, 29]);
});

test('the protocol’s own example of a relative path', () => {
  expect(vectorFile({ storageType: 'u', pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^', offset: 4, sizeInBytes: 40, cardinality: 6 })).toBe('ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin');
});

test.each([
  ['a list', [0, 5, 65_535, 65_536, 2 ** 32 + 7]],
  ['a bitmap', Array.from({ length: 20_000 }, (_, index) => index * 3)],
  ['many containers', Array.from({ length: 12 }, (_, index) => index * 65_536 + index)],
])('%s in the portable framing, in a file', (_name, rows) => {
  const data = writeVector(rows);
  const { file, offset } = storeVector(data);
  expect(storedVector(file, { storageType: 'u', pathOrInlineDv: '', offset, sizeInBytes: data.length, cardinality: rows.length })).toEqual(rows);
});

test('runs, as the Roaring specification writes them', () => {
  // Two containers, the second one of runs: 1; 65546 to 65549 and 65636.
  const bitmap = Buffer.from('3b300100' + '02' + '00000000' + '01000400' + '0100' + '0200' + '0a000300' + '64000000', 'hex');
  const data = Buffer.concat([Buffer.from('d1d33964' + '0100000000000000' + '00000000', 'hex'), bitmap]);
  const { file, offset } = storeVector(data);
  expect(storedVector(file, { storageType: 'u', pathOrInlineDv: '', offset, sizeInBytes: data.length, cardinality: 6 })).toEqual([1, 65_546, 65_547, 65_548, 65_549, 65_636]);
});

test('what is damaged is refused', () => {
  const data = writeVector([1, 2, 3]);
  const { file, offset } = storeVector(data);
  const descriptor = { storageType: 'u' as const, pathOrInlineDv: '', offset, sizeInBytes: data.length, cardinality: 3 };
  const changed = Buffer.from(file);
  changed[offset + 10]! ^= 1;
  expect(() => storedVector(changed, descriptor)).toThrow('checksum');
  expect(() => storedVector(file.subarray(0, -1), descriptor)).toThrow('ends too early');
  expect(() => storedVector(file, { ...descriptor, sizeInBytes: data.length - 1 })).toThrow('size');
  expect(() => inline('wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{', 40, 6)).toThrow('cut short');
});
