import KoQuant

/// Texts as token ids, one after the other without padding, with the row of the position table of each token.
struct TokenBatch {
  let ids: [UInt32]
  let positions: [Int]
  /// Sequence s is the tokens `starts[s] ..< starts[s + 1]`.
  let starts: [Int]
  /// Indices into `ids` in ascending order of token id: the order in which the word table is read.
  let byToken: [Int]

  init(_ sequences: [[UInt32]], _ configuration: ModelConfiguration) throws(ReferenceError) {
    var ids: [UInt32] = []
    var positions: [Int] = []
    var starts = [0]
    let limit = configuration.positions - configuration.firstPosition
    for (index, sequence) in sequences.enumerated() {
      if sequence.isEmpty { throw .emptySequence(index) }
      if sequence.count > limit { throw .sequenceTooLong(index, tokens: sequence.count, limit: limit) }
      if let token = sequence.first(where: { $0 >= configuration.vocabularySize }) {
        throw .unknownToken(sequence: index, token: token)
      }
      ids += sequence
      positions += Self.positions(of: sequence, configuration)
      starts.append(ids.count)
    }
    self.ids = ids
    self.positions = positions
    self.starts = starts
    byToken = ids.indices.sorted { ids[$0] < ids[$1] }
  }

  /// As RobertaModel and BertModel number their tokens; see `ModelConfiguration.Architecture`.
  private static func positions(of sequence: [UInt32], _ configuration: ModelConfiguration) -> [Int] {
    switch configuration.architecture {
    case .bert: return Array(sequence.indices)
    case .roberta:
      var next = configuration.firstPosition
      return sequence.map { token in
        if token == configuration.paddingToken { return Int(token) }
        defer { next += 1 }
        return next
      }
    }
  }

  /// Ranges of sequences of at most `tokens` tokens in all, or of one sequence that is longer.
  func chunks(tokens: Int) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var first = 0
    for sequence in 0..<starts.count - 1
    where starts[sequence + 1] - starts[first] > tokens && sequence > first {
      chunks.append(first..<sequence)
      first = sequence
    }
    if first < starts.count - 1 { chunks.append(first..<starts.count - 1) }
    return chunks
  }

  /// Tokens of the longest sequence.
  var longest: Int { zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0 }
}
