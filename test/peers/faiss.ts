/** The real FAISS, as Debian's python3-faiss: writes index files for us to read, and reads ours. */
import { execFileSync } from 'node:child_process';
import { runProgram } from './process.ts';

const python = '/usr/bin/python3';

export const faissIsHere = (() => {
  try {
    execFileSync(python, ['-c', 'import faiss'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const script = `
import json, sys
import faiss, numpy

def numbers(rows):
    return numpy.array(rows, dtype='float32')

def write(request):
    index = eval(request['index'], {'faiss': faiss, 'd': len(request['vectors'][0])})
    vectors = numbers(request['vectors'])
    if not index.is_trained: index.train(vectors)
    if 'ids' in request: index.add_with_ids(vectors, numpy.array(request['ids'], dtype='int64'))
    else: index.add(vectors)
    faiss.write_index(index, request['file'])
    return {'total': index.ntotal}

def search(request):
    index = faiss.read_index(request['file'])
    distances, ids = index.search(numbers(request['queries']), request['limit'])
    return {'sort': type(index).__name__, 'total': index.ntotal, 'dimension': index.d, 'distances': distances.tolist(), 'ids': [[str(one) for one in row] for row in ids.tolist()]}

request = json.load(sys.stdin)
print(json.dumps({'write': write, 'search': search}[request['do']](request)))
`;

async function run<T>(request: object): Promise<T> {
  const printed = await runProgram(python, ['-c', script], { input: JSON.stringify(request) });
  // FAISS may print warnings before.
  return JSON.parse(printed.trim().split('\n').at(-1)!) as T;
}

/** @param index in Python, where `d` is the dimension: `faiss.IndexFlatL2(d)` */
export async function writeWithFaiss(file: string, index: string, vectors: number[][], ids?: number[]): Promise<void> {
  await run({ do: 'write', file, index, vectors, ...(ids && { ids }) });
}

export interface FaissAnswer {
  sort: string;
  total: number;
  dimension: number;
  /** Of each query, as FAISS has them: inner products, or squared distances. */
  distances: number[][];
  ids: string[][];
}

export function searchWithFaiss(file: string, queries: number[][], limit: number): Promise<FaissAnswer> {
  return run({ do: 'search', file, queries, limit });
}
