import KoQuant
import Reference

extension EmbeddingModel {
  /// The probes stored in the file.
  func probes() throws -> Probes {
    let decoder = try SectionDecoder()
    let entry = try file.requiredSection(named: .probes)
    let buffer = try AlignedBuffer(byteCount: entry.rawLength, zeroed: false)
    try file.decode(entry, into: buffer.bytes, using: decoder)
    do throws(KoqError) {
      return try Probes(section: UnsafeRawBufferPointer(buffer.bytes))
    } catch {
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
    let stride = (size + 15) & ~15
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
