import Conversion
import Foundation
import KoQuant
import Testing

/// Model files whose hashes are right and whose contents are not: a typed error that names the file, never a crash.
@Suite final class HostileModelTests {
  private struct Part {
    var section: KoqWriter.Section
    var bytes: [UInt8]
  }

  private let model: TinyModel
  private let parts: [Part]

  init() throws {
    model = try TinyModel()
    let file = try model.openFile()
    let decoder = try SectionDecoder()
    parts = try file.sections.map { entry in
      var bytes = [UInt8](repeating: 0, count: entry.rawLength)
      try bytes.withUnsafeMutableBytes { try file.decode(entry, into: $0, using: decoder) }
      let shape = (0..<entry.shape.rank).map { entry.shape[$0] }
      var section = KoqWriter.Section(
        entry.name, entry.elementType, shape: shape, rowsPerBlock: entry.rowsPerBlock,
        attribute: entry.attribute)
      section.kind = entry.kind
      return Part(section: section, bytes: bytes)
    }
  }

  /// Writes the parts after `change` and opens the file.
  private func open(_ change: (inout [Part]) throws -> Void) throws -> EmbeddingModel {
    var changed = parts
    try change(&changed)
    let path = model.folder.file("hostile.koq")
    let writer = try KoqWriter(path: path)
    for part in changed {
      try part.bytes.withUnsafeBytes { try writer.append(part.section, $0, .stored) }
    }
    _ = try writer.finish()
    return try EmbeddingModel(path: path)
  }

  /// The message with which a changed file is refused.
  private func refusal(_ change: (inout [Part]) throws -> Void) throws -> String {
    do {
      _ = try open(change)
    } catch let error as EmbeddingError {
      #expect(error.message.contains("hostile.koq"), "\(error.message)")
      return error.message
    }
    Issue.record("the file was opened")
    return ""
  }

  private func index(_ name: String) throws -> Int {
    try #require(parts.firstIndex { $0.section.name.string == name })
  }

  @Test func theFileCanBeRebuilt() throws {
    let rebuilt = try open { _ in }
    let original = try model.open()
    #expect(try rebuilt.embed([[0, 5, 2]]) == original.embed([[0, 5, 2]]))
  }

  @Test func everySectionIsNeeded() throws {
    for (index, part) in parts.enumerated() {
      let name = part.section.name.string
      if name == "provenance" || name == "probes" || name.hasSuffix(".balance") {
        _ = try open { $0.remove(at: index) }
      } else {
        let message = try refusal { $0.remove(at: index) }
        #expect(message.contains(name) && message.contains("missing"), "\(message)")
      }
    }
  }

  @Test func everyTensorNeedsItsShapeAndType() throws {
    for (index, part) in parts.enumerated() where part.section.kind == .tensor {
      let name = part.section.name.string
      let rows = part.section.shape[0]
      let rowBytes = part.bytes.count / rows
      let shorter = try refusal {
        $0[index].section.shape[0] = rows - 1
        $0[index].section.rowsPerBlock = 0
        $0[index].bytes.removeLast(rowBytes)
      }
      let flat = try refusal {
        $0[index].section.shape.append(1)
      }
      let bytes = try refusal {
        $0[index].section.elementType = .bytes
        $0[index].section.shape = [part.bytes.count]
        $0[index].section.rowsPerBlock = 0
      }
      for message in [shorter, flat, bytes] {
        #expect(message.contains(name) && message.contains("shape"), "\(message)")
      }
    }
  }

  @Test func groupsOfChannelsMustBeWholeVectors() throws {
    let weights = try index("layers.1.output.weights")
    for attribute: UInt32 in [1, 15, 17, .max] {
      let message = try refusal { $0[weights].section.attribute = attribute }
      #expect(message.contains("layers.1.output.weights") && message.contains("group"), "\(message)")
    }
    // Four groups of 16 of 54 channels need four rows of sums.
    #expect(try refusal { $0[weights].section.attribute = 16 }.contains("layers.1.output.sums"))
    // A group wider than the matrix is one group.
    _ = try open { $0[weights].section.attribute = 4096 }
  }

  /// Gives `layers.1.output` activations in four groups of 16 of its 54 channels, and all of its weights the scales
  /// `factor` in each group.
  private func scaleGroups(
    _ parts: inout [Part], factor: UInt8, _ change: (inout Part) -> Void = { _ in }
  ) throws {
    let weights = try index("layers.1.output.weights")
    let sums = try index("layers.1.output.sums")
    parts[weights].section.attribute = 16
    parts[sums].section.shape = [4, 48]
    // Zero points then count for nothing in any file of this test.
    parts[sums].bytes = [UInt8](repeating: 0, count: 4 * 4 * 48)
    var section = KoqWriter.Section(
      SectionName(string: "layers.1.output.group.scales") ?? .none, .uint8, shape: [4, 48])
    section.kind = .groupScales
    var part = Part(section: section, bytes: [UInt8](repeating: factor, count: 4 * 48))
    change(&part)
    parts.insert(part, at: sums + 1)
  }

  @Test func scalesOfGroupsAreFactorsOfTheScales() throws {
    let scales = try index("layers.1.output.scales")
    let ones = try open { try scaleGroups(&$0, factor: 1) }
    let none = try open {
      try scaleGroups(&$0, factor: 1)
      $0.removeAll { $0.section.kind == .groupScales }
    }
    // A power of two changes no bit of a product.
    let fours = try open { parts in
      try scaleGroups(&parts, factor: 4)
      parts[scales].bytes.withUnsafeMutableBytes { bytes in
        for scale in bytes.bindMemory(to: Float.self).indices {
          bytes.bindMemory(to: Float.self)[scale] /= 4
        }
      }
    }
    let others = try open { try scaleGroups(&$0, factor: 3) }
    let texts: [[UInt32]] = [[0, 5, 2], [0, 7, 9, 30, 2]]
    let expected = try none.embed(texts)
    #expect(try ones.embed(texts) == expected)
    #expect(try fours.embed(texts) == expected)
    #expect(try others.embed(texts) != expected)
  }

  @Test func scalesOfGroupsNeedGroups() throws {
    let weights = try index("layers.1.output.weights")
    let sums = try index("layers.1.output.sums")
    let single = try refusal { parts in
      try scaleGroups(&parts, factor: 1) {
        $0.section.shape = [1, 48]
        $0.bytes.removeLast(3 * 48)
      }
      parts[weights].section.attribute = 0
      parts[sums].section.shape = [1, 48]
      parts[sums].bytes.removeLast(3 * 4 * 48)
    }
    let tensor = try refusal { try scaleGroups(&$0, factor: 1) { $0.section.kind = .tensor } }
    let flat = try refusal { try scaleGroups(&$0, factor: 1) { $0.section.shape = [4 * 48] } }
    let signed = try refusal { try scaleGroups(&$0, factor: 1) { $0.section.elementType = .int8 } }
    for message in [single, tensor, flat, signed] {
      #expect(message.contains("layers.1.output.group.scales"), "\(message)")
    }
  }

  @Test func configurationsMustFitTheWeights() throws {
    let model = try index("model")
    // u32 fields; see ModelConfiguration.encode.
    for field in 0..<12 {
      for value: UInt32 in [0, 1, 2, 3, 7, 35, 37, 44, 46, 60, 62, 65_536, 0x7FFF_FFFF, .max] {
        var same = false
        let outcome = Result {
          try open {
            let range = 4 * field..<4 * field + 4
            let bytes = withUnsafeBytes(of: value.littleEndian) { Array($0) }
            same = Array($0[model].bytes[range]) == bytes
            $0[model].bytes.replaceSubrange(range, with: bytes)
          }
        }
        switch outcome {
        case .success(let opened):
          // Architecture, heads, padding token, length, epsilon, pooling and normalization leave the sizes as they are.
          #expect(same || [0, 3, 7, 8, 9, 10, 11].contains(field), "field \(field) = \(value)")
          _ = try opened.embed([[0, 2]])
        case .failure(let error):
          let message = try #require(error as? EmbeddingError).message
          #expect(message.contains("hostile.koq"), "\(message)")
        }
      }
    }
  }

  @Test func configurationsMayNotBeShort() throws {
    let model = try index("model")
    for length in [0, 1, 47] {
      _ = try refusal {
        $0[model].bytes = Array($0[model].bytes.prefix(length))
        $0[model].section.shape = [length]
      }
    }
  }

  @Test func moreTokensThanRowsOfTheTable() throws {
    let model = try index("model")
    let words = try index("embeddings.word.values")
    let scales = try index("embeddings.word.scales")
    let message = try refusal {
      $0[model].bytes[20] = 60
      $0[words].section.shape[0] = 60
      $0[words].section.rowsPerBlock = 0
      $0[words].bytes.removeLast(48)
      $0[scales].section.shape[0] = 60
      $0[scales].bytes.removeLast(4)
    }
    #expect(message.contains("vocabulary") && message.contains("more tokens"), "\(message)")
  }

  @Test func damagedTokenizersAreRefusedOrHarmless() throws {
    for name in ["tokenizer", "vocabulary"] {
      let section = try index(name)
      for position in parts[section].bytes.indices {
        for mask: UInt8 in [0x01, 0x80, 0xFF] {
          do {
            let opened = try open { $0[section].bytes[position] ^= mask }
            for text in ["", "abc [PAD] z", "hello, 세계!\u{0}\u{FFFF}"] {
              _ = try opened.embed([opened.tokens(text)])
            }
          } catch let error as EmbeddingError {
            #expect(error.message.contains("hostile.koq"), "\(error.message)")
          }
        }
      }
    }
  }

  @Test(arguments: [0x7FC0_0000, 0xFF80_0000, 0x7F7F_FFFF, 0x0000_0001, 0xFFFF_FFFF] as [UInt32])
  func weightsThatNoConverterWritesDoNotCrash(bits: UInt32) throws {
    for (index, part) in parts.enumerated() where part.section.elementType != .bytes {
      let opened = try open {
        for place in $0[index].bytes.indices {
          $0[index].bytes[place] = UInt8(truncatingIfNeeded: bits >> (8 * UInt32(place % 4)))
        }
      }
      _ = try opened.embed([[0, 5, 6, 7, 2], [0, 2]], threads: 2)
      _ = part
    }
  }
}
