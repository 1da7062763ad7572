/// What a model file says about itself: enough to turn text into tokens, and to know what the weights need.
public struct ModelDocuments: @unchecked Sendable {
  public let file: KoqFile
  public let configuration: ModelConfiguration
  public let tokenizer: Tokenizer
  /// What `tokenizer` points into, where the file is not in memory.
  private let memory: AlignedBuffer

  /// Reads and checks the configuration, the tokenizer and the vocabulary; stored sections of a file in memory
  /// are used in place.
  public init(_ file: KoqFile) throws(EmbeddingError) {
    let configuration: ModelConfiguration
    let settings: UnsafeRawBufferPointer
    let vocabulary: UnsafeRawBufferPointer
    do throws(KoqError) {
      let decoder = try SectionDecoder(calls: file.calls)
      configuration = try ModelConfiguration(file, using: decoder)
      var finder = SectionFinder(file, usesInPlace: true)
      var group = SectionGroup()
      let settingsIndex = try finder.document(.tokenizer, to: &group)
      let vocabularyIndex = try finder.document(.vocabulary, to: &group)
      memory = try AlignedBuffer.forFile(byteCount: group.byteCount, file.calls)
      for place in group.places {
        let entry = file.sections[place.section]
        if let offset = place.offset {
          let output = UnsafeMutableRawBufferPointer(start: memory.base + offset, count: entry.rawLength)
          try file.decode(entry, into: output, using: decoder)
        } else {
          try file.verify(entry, using: decoder)
        }
      }
      let bytes = GroupBytes(group, of: file, buffer: memory.base)
      settings = bytes.bytes(settingsIndex)
      vocabulary = bytes.bytes(vocabularyIndex)
    } catch {
      throw EmbeddingError(error.at(file.path))
    }
    do throws(TokenizerError) {
      tokenizer = try Tokenizer(settings: settings, vocabulary: vocabulary)
    } catch {
      throw .tokenizer(error, path: file.path)
    }
    guard tokenizer.tokenCount <= configuration.vocabularySize else {
      throw .file(
        KoqError(
          .invalidContents("more tokens than the embedding table has rows"), section: .vocabulary,
          path: file.path))
    }
    self.file = file
    self.configuration = configuration
  }
}

extension ModelConfiguration {
  /// The configuration that a file holds.
  package init(_ file: KoqFile, using decoder: SectionDecoder) throws(KoqError) {
    let entry = try file.requiredSection(named: .model)
    let buffer = try AlignedBuffer.forFile(byteCount: entry.rawLength, file.calls)
    try file.decode(entry, into: buffer.bytes, using: decoder)
    self = try ModelConfiguration(section: UnsafeRawBufferPointer(buffer.bytes))
  }
}
