import KoQuant

extension TokenizerDefinition {
  /// From `tokenizer.json`, else from `vocab.txt`.
  init(
    _ folder: Folder, _ configuration: TokenizerConfiguration, _ architecture: ArchitectureConfiguration,
    recording sources: inout [SourceFile]
  ) throws(CheckpointError) {
    if let root = try folder.json("tokenizer.json", recording: &sources) {
      self = try TokenizerFile(root, configuration).definition()
    } else if let text = try folder.text("vocab.txt", recording: &sources) {
      self = try VocabularyFile(text, path: folder.path(of: "vocab.txt"))
        .definition(folder, configuration, recording: &sources)
    } else {
      throw CheckpointError(
        .missing, file: folder.path(of: ""), "holds no tokenizer: neither tokenizer.json nor vocab.txt",
        advice: "only WordPiece tokenizers are supported")
    }
    guard vocabulary.count <= architecture.vocabularySize else {
      throw architecture.node.child(.null, "vocab_size").failure(
        .contradiction,
        "\(architecture.vocabularySize) is less than the tokenizer's \(vocabulary.count) tokens")
    }
  }

  /// The four switches as BertTokenizer sets them, whatever tokenizer.json says.
  mutating func apply(_ configuration: TokenizerConfiguration) {
    cleansText = true
    lowercases = configuration.lowercases
    stripsAccents = configuration.stripsAccents ?? configuration.lowercases
    splitsCJK = configuration.splitsCJK
  }
}
