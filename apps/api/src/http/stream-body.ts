/** A body that a route reads as it arrives. Until then it is untouched, so that a refused request costs nothing. */
export class StreamBody {
  /** @param chunks the decoded bytes, to be read once; they throw ApiError 400 when they cannot be read */
  constructor(readonly chunks: AsyncIterable<Buffer>) {}
}
