import Kernels

/// Where each buffer of a forward pass lies in the one allocation of a `Workspace`, in bytes.
///
///     per batch    hidden [T, S] | queryKeyValue [T, 3S] | context [T, S] | positions [T]
///     per worker   quantizedHidden [R, S], [R, G] twice | quantizedIntermediate [R, I], [R, G] twice
///                  intermediate [P, I] | headRows [R, 3d]
///                  headIntegers [L, d] | keys [L/16, d/2, 16, 2] | values [d/16, L/2, 16, 2]
///                  scores [Q, L] | scoreScales [Q] | products [Q, d]
///                  scratch of a product
///
/// T tokens of a batch, S and I padded hidden and intermediate sizes, R rows of a block, G the groups of a quantized
/// row, P rows whose intermediate activations are held at a time, L the longest sequence, d the head size, Q query
/// rows at a time.
package struct WorkspaceLayout: Equatable {
  /// Query rows whose scores are held at a time.
  static let queryRows = 32
  /// Rows whose intermediate activations are held at a time, or more rows with some of their channels.
  package static let intermediateRows = 64

  /// Bytes of quantized rows, and their steps.
  struct Quantized: Equatable {
    var values: Int
    var scales: Int
    var zeroPoints: Int
  }

  private(set) var batchBytes = 0
  private(set) var workerBytes = 0

  /// Floats of a row of `hidden` and `context`.
  let hiddenStride: Int
  /// Floats of a row of `intermediate`.
  let intermediateStride: Int
  let hidden: Int
  let queryKeyValue: Int
  let context: Int
  let positions: Int

  let quantizedHidden: Quantized
  let quantizedIntermediate: Quantized
  let intermediate: Int
  let headRows: Int
  let headIntegers: Int
  let keys: Int
  let values: Int
  let scores: Int
  let scoreScales: Int
  let products: Int
  let scratch: Int

  /// Nil when it would be more than the machine can address, which on 32 bits takes no extravagant model.
  init?(configuration: ModelConfiguration, tokens: Int) {
    let float = MemoryLayout<Float>.stride
    hiddenStride = Tile.stride(configuration.hiddenSize)
    // An odd number of cache lines, so that a column of a block of rows is spread over the sets of the cache.
    intermediateStride = Tile.stride(configuration.intermediateSize) | Tile.lanes
    let sequence = Tile.stride(configuration.maximumTokens)
    let head = Tile.stride(configuration.headSize)
    let rows = EncoderPlan.maximumRows

    var fits = true
    /// Where `rows` rows of `width` elements begin.
    func reserve(_ rows: Int, _ width: Int, of stride: Int, in total: inout Int) -> Int {
      let start = total
      // A width is at most 2^18 elements, so its bytes fit 32 bits.
      let (bytes, tooMany) = rows.multipliedReportingOverflow(by: width * stride)
      let (sum, tooLong) = start.addingReportingOverflow(bytes)
      guard !tooMany, !tooLong, let end = alignedUp(sum, to: AlignedBuffer.cacheLine) else {
        fits = false
        return 0
      }
      total = end
      return start
    }
    hidden = reserve(tokens, hiddenStride, of: float, in: &batchBytes)
    queryKeyValue = reserve(tokens, 3 * hiddenStride, of: float, in: &batchBytes)
    context = reserve(tokens, hiddenStride, of: float, in: &batchBytes)
    positions = reserve(tokens, 1, of: MemoryLayout<UInt32>.stride, in: &batchBytes)

    func reserveQuantized(_ channels: Int, in total: inout Int) -> Quantized {
      Quantized(
        values: reserve(Tile.paddedRows(rows), Tile.byteStride(channels), of: 1, in: &total),
        scales: reserve(rows, Self.groups(channels), of: float, in: &total),
        zeroPoints: reserve(rows, Self.groups(channels), of: MemoryLayout<Int32>.stride, in: &total))
    }
    quantizedHidden = reserveQuantized(hiddenStride, in: &workerBytes)
    quantizedIntermediate = reserveQuantized(Tile.stride(configuration.intermediateSize), in: &workerBytes)
    intermediate = reserve(Self.intermediateRows, intermediateStride, of: float, in: &workerBytes)
    headRows = reserve(rows, 3 * head, of: float, in: &workerBytes)
    // 16-bit integers, the keys and values in pairs.
    headIntegers = reserve(configuration.maximumTokens, head, of: 2, in: &workerBytes)
    keys = reserve(sequence, (configuration.headSize + 1) / 2, of: 4, in: &workerBytes)
    values = reserve((configuration.maximumTokens + 1) / 2, head, of: 4, in: &workerBytes)
    scores = reserve(Self.queryRows, sequence, of: float, in: &workerBytes)
    scoreScales = reserve(Self.queryRows, 1, of: float, in: &workerBytes)
    products = reserve(Self.queryRows, head, of: float, in: &workerBytes)
    scratch = reserve(MultiplyInt8.scratchBytes, 1, of: 1, in: &workerBytes)
    if !fits { return nil }
  }

  /// Floats of `intermediate`.
  var intermediateFloats: Int { Self.intermediateRows * intermediateStride }

  /// Groups of the finest grouping a matrix may have (16 channels).
  private static func groups(_ channels: Int) -> Int { (channels + 15) / 16 }

  /// Bytes of a whole workspace; nil when that is more than the machine can address.
  func bytes(workers: Int) -> Int? {
    let (bytes, tooMany) = workerBytes.multipliedReportingOverflow(by: workers)
    let (sum, tooLong) = batchBytes.addingReportingOverflow(bytes)
    return tooMany || tooLong ? nil : sum
  }
}
