import Kernels

/// Where each buffer of a forward pass lies in the one allocation of a `Workspace`, in bytes.
///
///     per batch    hidden [T, S] | queryKeyValue [T, 3S] | context [T, S] | positions [T]
///     per worker   quantized [R, K] | scales, zeroPoints [R, G] | intermediate [R, I]
///                  keys [L/16, d, 16] | values [d/16, L, 16] | scores [Q, L] | products [Q, d]
///
/// T tokens of a batch, S and I padded hidden and intermediate sizes, R rows of a block, K the widest
/// quantized row, G its groups, L the longest sequence, d the head size, Q query rows at a time.
struct WorkspaceLayout: Equatable {
  /// Query rows whose scores are held at a time.
  static let queryRows = 32

  private(set) var batchBytes = 0
  private(set) var workerBytes = 0

  /// Floats of a row of `hidden` and `context`.
  let hiddenStride: Int
  let hidden: Int
  let queryKeyValue: Int
  let context: Int
  let positions: Int

  let quantized: Int
  let scales: Int
  let zeroPoints: Int
  let intermediate: Int
  let keys: Int
  let values: Int
  let scores: Int
  let products: Int

  /// Traps on nothing: `configuration` is valid and `tokens` at most 2^24, so every product stays below 2^62.
  init(configuration: ModelConfiguration, tokens: Int) {
    let float = MemoryLayout<Float>.stride
    hiddenStride = Tile.stride(configuration.hiddenSize)
    let intermediateStride = Tile.stride(configuration.intermediateSize)
    let widest = max(hiddenStride, intermediateStride)
    let sequence = Tile.stride(configuration.maximumTokens)
    let head = Tile.stride(configuration.headSize)
    let rows = EncoderPlan.maximumRows

    func reserve(_ bytes: Int, in total: inout Int) -> Int {
      defer { total += (bytes + 63) & ~63 }
      return total
    }
    hidden = reserve(tokens * hiddenStride * float, in: &batchBytes)
    queryKeyValue = reserve(tokens * 3 * hiddenStride * float, in: &batchBytes)
    context = reserve(tokens * hiddenStride * float, in: &batchBytes)
    positions = reserve(tokens * MemoryLayout<UInt32>.stride, in: &batchBytes)

    quantized = reserve(rows * Tile.byteStride(widest), in: &workerBytes)
    scales = reserve(rows * Self.groups(widest) * float, in: &workerBytes)
    zeroPoints = reserve(rows * Self.groups(widest) * MemoryLayout<Int32>.stride, in: &workerBytes)
    intermediate = reserve(rows * intermediateStride * float, in: &workerBytes)
    keys = reserve(sequence * configuration.headSize * float, in: &workerBytes)
    values = reserve(head * configuration.maximumTokens * float, in: &workerBytes)
    scores = reserve(Self.queryRows * sequence * float, in: &workerBytes)
    products = reserve(Self.queryRows * head * float, in: &workerBytes)
  }

  /// Groups of the finest grouping a matrix may have (16 channels).
  private static func groups(_ channels: Int) -> Int { (channels + 15) / 16 }

  func bytes(workers: Int) -> Int { batchBytes + workers * workerBytes }
}
