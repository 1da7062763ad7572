import CShims
import Kernels

/// Token ids to the first hidden states: `LayerNorm(word[id] + position[p])`.
///
/// Products and sums are rounded separately, on every CPU alike: a word's channel is `Float(int8) * scale`.
struct EmbeddingLookup {
  let kernels: KernelTable
  let configuration: ModelConfiguration
  let tables: EmbeddingTables
  /// Of the batch. Every id is below the vocabulary size and every position below the table's rows: see
  /// `assignPositions`.
  let tokens: UnsafePointer<UInt32>
  let positions: UnsafePointer<UInt32>
  /// Rows of `Tile.stride(hiddenSize)`.
  let hidden: UnsafeMutablePointer<Float>

  /// Channels of a row.
  var stride: Int { Tile.stride(configuration.hiddenSize) }

  /// Asks for a row of the word table that is read soon.
  func fetch(_ word: UnsafePointer<Int8>) {
    for line in Swift.stride(from: 0, to: stride, by: Tile.bytes) { kqs_prefetch(word + line) }
  }

  /// Writes the sum for token `index` of the batch, whose row of the word table is at `word`.
  func add(_ word: UnsafePointer<Int8>, token index: Int) {
    let word = UnsafeRawPointer(word)
    let scale = SIMD16<Float>(repeating: tables.wordScales[Int(tokens[index])])
    let position = UnsafeRawPointer(tables.positions + Int(positions[index]) * stride)
    let target = UnsafeMutableRawPointer(hidden + index * stride)
    for channel in Swift.stride(from: 0, to: stride, by: Tile.lanes) {
      let values = word.loadUnaligned(fromByteOffset: channel, as: SIMD16<Int8>.self)
      let offset = channel * MemoryLayout<Float>.stride
      let added = position.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
      target.storeBytes(
        of: SIMD16<Float>(values) * scale + added, toByteOffset: offset, as: SIMD16<Float>.self)
    }
  }

  /// Applies the LayerNorm to tokens whose sums have been written.
  func normalize(_ rows: Range<Int>) {
    let start = hidden + rows.lowerBound * stride
    kernels.layerNormRows(
      LayerNormRows(
        input: start, output: start, stride: stride, rows: rows.count, count: configuration.hiddenSize,
        gamma: tables.norm.gamma, beta: tables.norm.beta, epsilon: configuration.layerNormEpsilon))
  }
}

extension ModelConfiguration {
  /// Positions of one sequence's tokens, as Hugging Face derives them.
  ///
  /// A RoBERTa model counts from `paddingToken + 1` and skips padding tokens, so that a "[PAD]" written in a
  /// text has position `paddingToken` and does not advance the count.
  package func assignPositions(
    _ tokens: UnsafeBufferPointer<UInt32>, into positions: UnsafeMutablePointer<UInt32>
  ) {
    var next = UInt32(firstPosition)
    for (index, token) in tokens.enumerated() {
      if architecture == .roberta && token == paddingToken {
        positions[index] = paddingToken
      } else {
        positions[index] = next
        next += 1
      }
    }
  }
}
