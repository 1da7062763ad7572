import Foundation
import KoQuant
import Testing

@Suite struct KoqFileDamageTests {
  /// Opens and decodes everything: what comes out must be `expected`, or an error.
  private func check(_ image: [UInt8], against expected: [[UInt8]], _ what: String) throws -> Bool {
    do {
      try withKoqFile(image) { file in
        let decoder = try SectionDecoder()
        #expect(file.sections.count == expected.count, "\(what)")
        for (entry, raw) in zip(file.sections, expected) {
          guard let bytes = try? file.decoded(entry, decoder) else { continue }
          #expect(bytes == raw, "\(what)")
        }
        try file.verifyAll(using: decoder)
      }
      return true
    } catch is KoqError {
      return false
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let image = KoqImage.sample
    let bytes = image.build()
    for length in 0..<bytes.count {
      #expect(try !check(Array(bytes[..<length]), against: image.pieces.map(\.raw), "\(length) bytes"))
    }
    #expect(try !check(bytes + [0], against: image.pieces.map(\.raw), "a byte more"))
    #expect(try check(bytes, against: image.pieces.map(\.raw), "all bytes"))
  }

  @Test(arguments: [0xFF, 0x01, 0x80] as [UInt8]) func everyFlipIsFound(mask: UInt8) throws {
    let image = KoqImage.sample
    var bytes = image.build()
    for index in bytes.indices {
      bytes[index] ^= mask
      #expect(try !check(bytes, against: image.pieces.map(\.raw), "byte \(index) ^ \(mask)"))
      bytes[index] ^= mask
    }
  }

  @Test func aDamagedBlockIsFoundByItself() throws {
    let image = KoqImage([KoqImage.Piece("t", KoqImage.pattern(350), type: 1, shape: [7, 50]).zstd(rows: 3)])
    let bytes = image.build()
    for index in 64..<bytes.count - 128 {
      var damaged = bytes
      damaged[index] ^= 0x10
      try withKoqFile(damaged) { file in
        let decoder = try SectionDecoder()
        for row in 0..<7 {
          guard let found = try? file.decodedRows(file.sections[0], row..<row + 1, decoder) else { continue }
          #expect(found == Array(image.pieces[0].raw[row * 50..<row * 50 + 50]), "byte \(index), row \(row)")
        }
      }
    }
  }

  private func reason(_ bytes: [UInt8]) throws -> KoqError.Reason {
    let error = #expect(throws: KoqError.self) { try withKoqFile(bytes) { _ in } }
    return try #require(error).reason
  }

  @Test func foreignFilesAreNamed() throws {
    #expect(try reason([]) == .empty)
    #expect(try reason(Array("PK".utf8)) == .notKoq)
    #expect(try reason([UInt8](repeating: 0, count: 500)) == .notKoq)
    #expect(try reason(Array("GGUF".utf8) + [UInt8](repeating: 3, count: 500)) == .notKoq)
    var bytes = KoqImage.sample.build()
    bytes.remove(at: 4)
    #expect(try reason(bytes) == .convertedAsText)
    var image = KoqImage.sample
    image.major = 2
    #expect(try reason(image.build()) == .newerVersion(2))
    #expect(
      try reason(Array(KoqImage.sample.build()[..<100]))
        == .truncated(expected: KoqImage.sample.build().count, actual: 100))
  }

  @Test func messagesNameFilePlaceAndRemedy() throws {
    let scratch = try Scratch()
    var bytes = KoqImage.sample.build()
    bytes[KoqImage.sample.build().count - 200] ^= 1
    let path = try scratch.file("bad.koq", bytes)
    let error = #expect(throws: KoqError.self) { try KoqFile(path: path) }
    let message = try #require(error?.message)
    #expect(message.hasPrefix(path + ": at byte "))
    #expect(message.contains("does not match its hash; copy it again"))
    let missing = #expect(throws: KoqError.self) { try KoqFile(path: path + "x") }
    #expect(missing?.message == "cannot open \(path)x: No such file or directory")
  }
}
