/// Where the rows of the word table come from.
package enum WordSource {
  /// All rows, in the file or in memory.
  case memory(UnsafePointer<Int8>)
  case blocks(WordBlocks)
}

extension ModelWeights {
  /// The word table for batches of at most `tokens`; where it stays in the file, `loader` reads it.
  func wordSource(tokens: Int, _ loader: SectionLoader) throws(KoqError) -> WordSource {
    if let words { return .memory(words) }
    return .blocks(
      try WordBlocks(loader.file.sections[sections.wordSection], tokens: tokens, loader: loader))
  }
}
