import Kernels

/// All sections that `configuration` requires, found and checked in the table alone: what a model is made of
/// and how much memory each part takes, before any of it is read.
package struct ModelSections: Sendable {
  /// One row per token: the one large table.
  package let words: SectionGroup
  /// What every pass needs beside it: the scales of its rows, the positions, the first LayerNorm.
  package let tables: SectionGroup
  package let layers: [LayerSections]
  private let wordScales, positions: Int
  private let norm: NormSections

  /// - Parameter usesInPlace: whether stored sections of a file in memory take no room of their own.
  package init(_ file: KoqFile, _ configuration: ModelConfiguration, usesInPlace: Bool) throws(KoqError) {
    var finder = SectionFinder(file, usesInPlace: usesInPlace)
    let stride = Tile.stride(configuration.hiddenSize)
    var words = SectionGroup()
    var tables = SectionGroup()
    _ = try finder.tensor(
      "embeddings.word.values", .int8, [configuration.vocabularySize, stride], to: &words)
    wordScales = try finder.tensor(
      "embeddings.word.scales", .float32, [configuration.vocabularySize], to: &tables)
    positions = try finder.tensor(
      "embeddings.position", .float32, [configuration.positions, stride], to: &tables)
    norm = try NormSections("embeddings.norm", stride, &finder, &tables)
    self.words = words
    self.tables = tables
    var layers: [LayerSections] = []
    for index in 0..<configuration.layers {
      layers.append(try LayerSections(index, configuration, &finder))
    }
    self.layers = layers
    try finder.requireAbsence(.layer(configuration.layers, "attention.qkv.weights"))
  }

  /// Index of the word table in the sections of the file.
  package var wordSection: Int { words.places[0].section }

  /// Bytes of a buffer that holds any of the layers.
  package var largestLayer: Int { layers.reduce(0) { max($0, $1.group.byteCount) } }

  func embeddings(_ bytes: GroupBytes) -> EmbeddingTables {
    EmbeddingTables(
      wordScales: bytes.pointer(wordScales), positions: bytes.pointer(positions), norm: norm.weights(bytes))
  }
}
