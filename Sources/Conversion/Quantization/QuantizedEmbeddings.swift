import Checkpoint
import Kernels
import KoQuant
import Reference

/// The embedding tables: words in int8 with a scale per row, positions in fp32 with token type 0 added.
struct QuantizedEmbeddings {
  /// vocabulary x stride.
  let words: AlignedBuffer
  let wordScales: AlignedBuffer
  /// positions x stride.
  let positions: AlignedBuffer
  let norm: PaddedNorm
  private(set) var relativeError = 0.0

  /// Rows of the word table that are read at a time.
  private static let rowsPerRead = 1024

  /// Reads and quantizes the tables, and hands the encoders on the way what their texts need.
  ///
  /// - Parameters:
  ///   - references: take the words as they are.
  ///   - quantized: takes them as they become.
  init(
    _ checkpoint: Checkpoint, references: [ReferenceEncoder], quantized: ReferenceEncoder?, pool: ThreadPool
  ) throws {
    let configuration = checkpoint.configuration
    let size = configuration.hiddenSize
    let stride = Tile.stride(size)
    words = try AlignedBuffer(byteCount: configuration.vocabularySize * stride)
    wordScales = try AlignedBuffer(count: configuration.vocabularySize, of: Float.self)
    positions = try AlignedBuffer(count: configuration.positions * stride, of: Float.self)

    func read(_ weight: Weight, _ count: Int, rows: Range<Int>? = nil) throws -> AlignedBuffer {
      let buffer = try AlignedBuffer(count: count, of: Float.self, zeroed: false)
      let elements = buffer.elements(of: Float.self)
      if let rows {
        try checkpoint.read(weight, rows: rows, into: elements)
      } else {
        try checkpoint.read(weight, into: elements)
      }
      return buffer
    }
    let gamma = try read(.embeddingNormGamma, size)
    let beta = try read(.embeddingNormBeta, size)
    norm = try PaddedNorm(gamma.elements(of: Float.self), beta.elements(of: Float.self))
    let tokenType = try read(.tokenTypeEmbeddings, size, rows: 0..<1)
    let table = try read(.positionEmbeddings, configuration.positions * size)

    var error = SquaredError()
    for first in Swift.stride(from: 0, to: configuration.vocabularySize, by: Self.rowsPerRead) {
      let rows = first..<min(first + Self.rowsPerRead, configuration.vocabularySize)
      let values = try read(.wordEmbeddings, rows.count * size, rows: rows)
      let elements = UnsafeBufferPointer(values.elements(of: Float.self))
      for reference in references { try reference.takeWords(rows: rows, elements) }
      quantize(elements, rows: rows, size: size, pool, &error)
      if let quantized, quantized.needsWords(rows) {
        restore(rows, size: size, into: values.start(), pool)
        try quantized.takeWords(rows: rows, elements)
      }
    }
    relativeError = error.relative
    for encoder in references + [quantized].compactMap(\.self) {
      try encoder.finishEmbeddings(
        positions: UnsafeBufferPointer(table.elements(of: Float.self)),
        tokenType: UnsafeBufferPointer(tokenType.elements(of: Float.self)),
        gamma: UnsafeBufferPointer(gamma.elements(of: Float.self)),
        beta: UnsafeBufferPointer(beta.elements(of: Float.self)))
    }
    for row in 0..<configuration.positions {
      for channel in 0..<size {
        positions.start(of: Float.self)[row * stride + channel] =
          table.start(of: Float.self)[row * size + channel] + tokenType.start(of: Float.self)[channel]
      }
    }
  }

  private func quantize(
    _ values: UnsafeBufferPointer<Float>, rows: Range<Int>, size: Int, _ pool: ThreadPool,
    _ total: inout SquaredError
  ) {
    let stride = Tile.stride(size)
    var errors = [SquaredError](repeating: SquaredError(), count: rows.count)
    errors.withUnsafeMutableBufferPointer { errors in
      pool.run(count: rows.count) { index, _ in
        let row = UnsafeBufferPointer(rebasing: values[index * size..<(index + 1) * size])
        let scale = ChannelQuantizer.bestScale(row)
        let inverse = scale > 0 ? 1 / scale : 0
        let target = words.start(of: Int8.self) + (rows.lowerBound + index) * stride
        wordScales.start(of: Float.self)[rows.lowerBound + index] = scale
        for (channel, value) in row.enumerated() {
          target[channel] = ChannelQuantizer.quantize(value, inverseScale: inverse)
          errors[index].add(value, restored: scale * Float(target[channel]))
        }
      }
    }
    for error in errors { total.add(error) }
  }

  /// Writes rows of the word table as they are in int8.
  private func restore(
    _ rows: Range<Int>, size: Int, into values: UnsafeMutablePointer<Float>, _ pool: ThreadPool
  ) {
    let stride = Tile.stride(size)
    pool.run(count: rows.count) { index, _ in
      let row = rows.lowerBound + index
      let scale = wordScales.start(of: Float.self)[row]
      let source = words.start(of: Int8.self) + row * stride
      for channel in 0..<size { values[index * size + channel] = scale * Float(source[channel]) }
    }
  }

  /// The tables as the encoder takes them; valid as long as this value or a copy of it.
  var encoderTables: EmbeddingTables {
    EmbeddingTables(
      wordScales: UnsafePointer(wordScales.start()), positions: UnsafePointer(positions.start()),
      norm: norm.weights)
  }
}
