import Checkpoint
import Kernels
import KoQuant

/// Writes the sections of a model, in the order in which they are used.
struct ModelWriter {
  /// Rows of the word table that a device decodes together: 192 KiB at 768 channels.
  private static let wordsPerBlock = 256
  /// Bytes of a block of weights, about: small enough for all threads to have a part in decoding one layer, and
  /// for the caches; much smaller ones decode slower and compress worse.
  private static let weightBlockBytes = 196_608

  private let writer: KoqWriter
  private let compression: KoqWriter.Compression

  init(path: String, compression: KoqWriter.Compression) throws {
    writer = try KoqWriter(path: path)
    self.compression = compression
  }

  func writeDocuments(
    _ configuration: ModelConfiguration, _ tokenizer: TokenizerDefinition, _ provenance: Provenance
  ) throws {
    try writer.append(document: .model, configuration.withReachablePositions.encode(), .stored)
    try writer.append(document: .provenance, provenance.json, compression)
    try writer.append(document: .tokenizer, tokenizer.encodeSettings(), .stored)
    try writer.append(document: .vocabulary, tokenizer.encodeVocabulary(), compression)
  }

  func write(_ embeddings: QuantizedEmbeddings, _ configuration: ModelConfiguration) throws {
    let stride = Tile.stride(configuration.hiddenSize)
    let words = KoqWriter.Section(
      "embeddings.word.values", .int8, shape: [configuration.vocabularySize, stride],
      rowsPerBlock: min(Self.wordsPerBlock, configuration.vocabularySize))
    try writer.append(words, UnsafeRawBufferPointer(embeddings.words.bytes), compression)
    try write("embeddings.word.scales", .float32, [configuration.vocabularySize], embeddings.wordScales)
    let positions = configuration.withReachablePositions.positions
    try writer.append(
      KoqWriter.Section("embeddings.position", .float32, shape: [positions, stride]),
      UnsafeRawBufferPointer(rebasing: embeddings.positions.bytes[..<(positions * stride * 4)]), compression)
    try write("embeddings.norm.gamma", .float32, [stride], embeddings.norm.gamma)
    try write("embeddings.norm.beta", .float32, [stride], embeddings.norm.beta)
  }

  func write(_ layer: QuantizedLayer, index: Int) throws {
    for (name, linear) in layer.matrices { try write(linear, "layers.\(index).\(name)") }
    for (name, norm) in layer.norms {
      let prefix = "layers.\(index).\(name)"
      let count = norm.gamma.count / MemoryLayout<Float>.stride
      try write("\(prefix).gamma", .float32, [count], norm.gamma)
      try write("\(prefix).beta", .float32, [count], norm.beta)
    }
  }

  func write(_ probes: Probes) throws {
    try writer.append(document: .probes, probes.encode(), compression)
  }

  func finish() throws -> KoqWriter.Summary { try writer.finish() }

  func discard() { writer.discard() }

  private func write(_ linear: QuantizedLinear, _ prefix: String) throws {
    let groups = Tile.groups(linear.inputs, of: linear.groupSize)
    let panels = Tile.panels(outputs: linear.outputs)
    let panelBytes = Tile.panelBytes(inputs: linear.inputs)
    try write(
      "\(prefix).weights", .int8, [panels, panelBytes], linear.weights,
      rowsPerBlock: min(panels, max(1, Self.weightBlockBytes / panelBytes)),
      attribute: groups == 1 ? 0 : UInt32(linear.groupSize))
    try write("\(prefix).scales", .float32, [linear.outputs], linear.scales)
    try write("\(prefix).sums", .int32, [groups, linear.outputs], linear.columnSums)
    if let groupScales = linear.groupScales {
      try write(
        "\(prefix).group.scales", .uint8, [groups, linear.outputs], groupScales, kind: .groupScales)
    }
    try write("\(prefix).bias", .float32, [linear.outputs], linear.bias)
    try write("\(prefix).balance", .float32, [Tile.stride(linear.inputs)], linear.balance)
  }

  private func write(
    _ name: String, _ type: SectionEntry.ElementType, _ shape: [Int], _ buffer: AlignedBuffer,
    rowsPerBlock: Int = 0, attribute: UInt32 = 0, kind: SectionEntry.Kind = .tensor
  ) throws {
    var section = KoqWriter.Section(
      SectionName(string: name) ?? .none, type, shape: shape, rowsPerBlock: rowsPerBlock, attribute: attribute
    )
    section.kind = kind
    try writer.append(section, UnsafeRawBufferPointer(buffer.bytes), compression)
  }
}
