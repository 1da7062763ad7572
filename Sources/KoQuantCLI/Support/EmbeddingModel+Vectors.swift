import Interchange
import Kernels
import KoQuant
import Reference

extension KoqFile {
  /// The decoded bytes of a section that is not a tensor.
  func document(_ name: SectionName) throws -> [UInt8] {
    let entry = try requiredSection(named: name)
    let buffer = try AlignedBuffer(byteCount: entry.rawLength, zeroed: false)
    try decode(entry, into: buffer.bytes, using: SectionDecoder())
    return Array(buffer.bytes)
  }

  /// The shape of the model, read without touching its weights.
  func configuration() throws -> ModelConfiguration {
    do throws(KoqError) {
      return try ModelConfiguration(self, using: SectionDecoder())
    } catch {
      throw error.at(path)
    }
  }
}

extension EmbeddingModel {
  /// The probes stored in the file.
  func probes() throws -> Probes {
    do {
      return try file.document(.probes).withUnsafeBytes { try Probes(section: $0) }
    } catch let error as KoqError {
      throw error.at(file.path)
    }
  }

  /// The token ids of a text.
  func tokens(_ text: [UInt8]) -> [UInt32] {
    var encoding = Encoding()
    text.withUnsafeBufferPointer {
      tokenizer.encode($0, maximumTokens: configuration.maximumTokens, into: &encoding)
    }
    return encoding.ids
  }

  /// The vectors of token sequences, a row each.
  ///
  /// - Parameter onLayer: called with the hidden states of a batch after each layer (0: the embeddings), and
  ///   with the range of sequences that the batch is made of.
  func vectors(
    _ sequences: [[UInt32]], session: inout EmbeddingSession,
    onLayer: (_ layer: Int, _ sequences: Range<Int>, HiddenStates) -> Void = { _, _, _ in }
  ) throws -> FloatMatrix {
    let size = configuration.hiddenSize
    let stride = Tile.stride(size)
    var result = FloatMatrix(rows: sequences.count, columns: size)
    var first = 0
    var batch = PackedBatch()
    while first < sequences.count {
      batch.removeAll()
      var last = first
      while last < sequences.count, batch.tokens.count + sequences[last].count <= session.capacity {
        batch.append(sequences[last])
        last += 1
      }
      if last == first { throw EmbeddingError.invalidBatch("a text has more tokens than the model takes") }
      try result.values.withUnsafeMutableBufferPointer { values in
        let rows = UnsafeMutableBufferPointer(rebasing: values[first * size..<last * size])
        try session.embed(batch, into: rows) { layer, hidden in
          let values = UnsafeBufferPointer(start: hidden, count: batch.tokens.count * stride)
          onLayer(
            layer, first..<last,
            HiddenStates(values: values, stride: stride, channels: size, starts: batch.starts))
        }
      }
      first = last
    }
    return result
  }
}
