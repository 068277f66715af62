/** A body that a route reads as it arrives. Until then it is untouched, so that a refused request costs nothing. */
export class StreamBody {
  /**
   * @param chunks the decoded bytes, to be read once; they throw ApiError 400 when they cannot be read
   * @param hold is told how many bytes of them the reader keeps; throws ApiError 503 when that is too much beside others
   */
  constructor(
    readonly chunks: AsyncIterable<Buffer>,
    readonly hold: (bytes: number) => void,
  ) {}
}
