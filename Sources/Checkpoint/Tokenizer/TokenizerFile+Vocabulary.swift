import Interchange
import KoQuant

extension TokenizerFile {
  /// Tokens by id and ids by token.
  struct Vocabulary {
    /// Empty where no token has the id.
    private(set) var tokens: [[UInt8]] = []
    private var ids: [[UInt8]: UInt32] = [:]
    private let node: JSONNode

    /// From `model.vocab`, an object of token and id; of a repeated token the last id counts.
    init(_ node: JSONNode) throws(CheckpointError) {
      self.node = node
      let members = try node.members()
      ids.reserveCapacity(members.count)
      for member in members {
        guard case .integer(let id) = member.value, (0...AddedTokenReader.maximumID).contains(id) else {
          throw node.failure(
            .malformed, "the id of \(quoted(member.key)) is not from 0 to \(AddedTokenReader.maximumID)")
        }
        ids[member.key] = UInt32(id)
      }
      if ids.isEmpty { throw node.failure(.malformed, "is empty") }
      for (token, id) in ids { try place(token, id) }
    }

    func id(of token: [UInt8]) -> UInt32? { ids[token] }

    /// An added token is either in the vocabulary, with the same id, or brings an id of its own.
    mutating func add(_ token: TokenizerDefinition.AddedToken, _ node: JSONNode) throws(CheckpointError) {
      if let id = ids[token.content] {
        if id == token.id { return }
        throw node.failure(
          .contradiction, "\(quoted(token.content)) has id \(token.id) here and \(id) in the vocabulary")
      }
      try place(token.content, token.id)
      ids[token.content] = token.id
    }

    private mutating func place(_ token: [UInt8], _ id: UInt32) throws(CheckpointError) {
      let index = Int(id)
      // Ids are dense but for a few; a lone huge one must not cost memory for all below it.
      guard index < 2 * ids.count + 65_536 else {
        throw node.failure(
          .malformed, "the id \(id) of \(quoted(token)) is far beyond the \(ids.count) tokens there are")
      }
      while tokens.count <= index { tokens.append([]) }
      guard tokens[index].isEmpty else {
        throw node.failure(
          .contradiction,
          "\(quoted(min(token, tokens[index]))) and \(quoted(max(token, tokens[index]))) both have id \(id)")
      }
      tokens[index] = token
    }

    private func min(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { a.lexicographicallyPrecedes(b) ? a : b }
    private func max(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { a.lexicographicallyPrecedes(b) ? b : a }
  }
}
