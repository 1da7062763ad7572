import Interchange
import Kernels
import KoQuant
import Reference

extension EmbeddingModel {
  /// Opens a file with one of this CPU's kernel tables, the fastest when none is given.
  convenience init(path: String, kernels: KernelTable?) throws {
    try self.init(path: path, instructionSet: kernels.map { Array($0.name.description.utf8) })
  }

  /// The vectors of token sequences, packed into batches of at most `batchTokens` tokens in the order given.
  func embed(
    _ sequences: [[UInt32]], threads: Int = 1, batchTokens: Int = 1024, normalize: Bool = false
  ) throws -> [[UInt32]] {
    var session = try EmbeddingSession(
      self, options: .init(threads: threads, batchTokens: batchTokens, normalize: normalize))
    var result: [[UInt32]] = []
    var batch = PackedBatch()
    for (index, sequence) in sequences.enumerated() {
      batch.append(sequence)
      let next = index + 1 < sequences.count ? sequences[index + 1].count : Int.max / 2
      if batch.tokens.count + next > batchTokens {
        result += try session.embedBits(batch, dimension: configuration.hiddenSize)
        batch.removeAll()
      }
    }
    return result
  }

  func tokens(_ text: String) -> [UInt32] {
    var encoding = Encoding()
    Array(text.utf8).withUnsafeBufferPointer {
      tokenizer.encode($0, maximumTokens: configuration.maximumTokens, into: &encoding)
    }
    return encoding.ids
  }
}

extension EmbeddingSession {
  /// The bits of the vectors of a batch: -0 is not 0, and a NaN equals itself.
  mutating func embedBits(_ batch: PackedBatch, dimension: Int) throws -> [[UInt32]] {
    var values = [Float](repeating: 0, count: batch.sequences * dimension)
    try values.withUnsafeMutableBufferPointer { try embed(batch, into: $0) }
    return (0..<batch.sequences).map { row in
      values[row * dimension..<(row + 1) * dimension].map(\.bitPattern)
    }
  }
}

extension FloatMatrix {
  init(bits: [[UInt32]], columns: Int) {
    self.init(rows: bits.count, columns: columns)
    values = bits.flatMap { $0.map { Float(bitPattern: $0) } }
  }
}
