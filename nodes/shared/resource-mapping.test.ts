import { fieldType } from './resource-mapping';

describe('fieldType', () => {
  test.each([
    ['number', ['integer', 'smallint', 'int(10) unsigned', 'tinyint(4)', 'INT64', 'real', 'double precision', 'float8', 'FLOAT64', 'BINARY_DOUBLE', 'long', 'half_float', 'double | int', 'int | null']],
    ['string', ['bigint', 'bigint(20) unsigned', 'numeric(10,2)', 'NUMBER(38,0)', 'money', 'decimal', 'character varying(20)', 'keyword']],
    ['string', ['interval', 'interval day to second', 'point', 'polygon', 'int4range', 'daterange', 'tsmultirange', 'integer_range', 'geo_point', 'RANGE<DATE>']],
    ['string', ["enum('int','array')", 'objectId', 'sql_variant', 'jsonpath', 'maptype', 'int | string', 'null', '']],
    ['array', ['integer[]', 'timestamp(3) without time zone[]', 'ARRAY<INT64>', 'ARRAY', 'array | null']],
    ['object', ['json', 'jsonb', 'VARIANT', 'STRUCT<a INT64>', 'nested', 'object', 'MAP(VARCHAR, NUMBER)']],
    ['boolean', ['boolean', 'BOOL', 'bit', 'tinyint(1)']],
    ['dateTime', ['date', 'timestamp with time zone', 'TIMESTAMP_NTZ(9)', 'datetime(6)', 'datetime2(7)', 'datetimeoffset(7)', 'date_nanos', 'TIMESTAMP(6) WITH TIME ZONE']],
  ] as const)('%s: %p', (expected, types) => {
    expect(types.map((type) => [type, fieldType(type)])).toEqual(types.map((type) => [type, expected]));
  });
});
