import Kernels
import KoQuant

/// Memory for what is between the matrices of a layer, for one chunk of tokens.
final class LayerWorkspace {
  /// tokens x hidden stride each.
  let query: UnsafeMutablePointer<Float>
  let key: UnsafeMutablePointer<Float>
  let value: UnsafeMutablePointer<Float>
  let context: UnsafeMutablePointer<Float>
  /// tokens x intermediate stride.
  let intermediate: UnsafeMutablePointer<Float>
  /// An `AttentionWorkspace` for each thread.
  let attention: [AttentionWorkspace]
  private let buffer: AlignedBuffer

  init(
    _ configuration: ModelConfiguration, _ batch: TokenBatch, _ chunks: [Range<Int>], threads: Int
  ) throws(SystemError) {
    let tokens = chunks.map { batch.starts[$0.upperBound] - batch.starts[$0.lowerBound] }.max() ?? 0
    let longest = batch.longest
    let hidden = tokens * Tile.stride(configuration.hiddenSize)
    let inner = tokens * Tile.stride(configuration.intermediateSize)
    let perThread = AttentionWorkspace.size(tokens: longest, headSize: configuration.headSize)
    buffer = try AlignedBuffer(count: 4 * hidden + inner + threads * perThread, of: Float.self)
    guard let base = buffer.elements(of: Float.self).baseAddress else {
      throw SystemError(.allocate, .tooLarge)
    }
    query = base
    key = base + hidden
    value = base + 2 * hidden
    context = base + 3 * hidden
    intermediate = base + 4 * hidden
    let first = intermediate + inner
    attention = (0..<threads).map {
      AttentionWorkspace(first + $0 * perThread, tokens: longest, headSize: configuration.headSize)
    }
  }
}

/// Memory for one head of one text.
struct AttentionWorkspace {
  /// Kᵀ, packed: [tokens / 16][headSize][16].
  let keys: UnsafeMutablePointer<Float>
  /// V, packed: [headSize / 16][tokens][16].
  let values: UnsafeMutablePointer<Float>
  /// tokens x stride of tokens.
  let scores: UnsafeMutablePointer<Float>
  /// tokens x stride of headSize.
  let context: UnsafeMutablePointer<Float>

  init(_ base: UnsafeMutablePointer<Float>, tokens: Int, headSize: Int) {
    keys = base
    values = keys + Tile.stride(tokens) * Tile.stride(headSize)
    context = values + Tile.stride(tokens) * Tile.stride(headSize)
    scores = context + Tile.stride(tokens) * Tile.stride(headSize)
  }

  static func size(tokens: Int, headSize: Int) -> Int {
    3 * Tile.stride(tokens) * Tile.stride(headSize) + tokens * Tile.stride(tokens)
  }
}
