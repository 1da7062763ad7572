import Foundation
import KoQuant
import Testing

@Suite struct JSONLineTests {
  private func string(_ bytes: [UInt8]) -> [UInt8] {
    var line = JSONLine()
    bytes.withUnsafeBufferPointer { line.append(string: $0) }
    return line.bytes
  }

  private func number(_ value: Float) -> String {
    var line = JSONLine()
    line.append(number: value)
    return String(decoding: line.bytes, as: UTF8.self)
  }

  private func parsedString(_ json: [UInt8]) throws -> String {
    let value = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
    return try #require(value as? String)
  }

  @Test func lineOfAText() {
    var line = JSONLine()
    let text = Array("한국어 \"따옴표\"\t\\".utf8)
    let embedding: [Float] = [0.1, -0.0, 1, -1.5e-7, 3.4028235e38, .nan, -.infinity]
    text.withUnsafeBufferPointer { text in
      embedding.withUnsafeBufferPointer {
        line.append(.init(index: 12, text: text, tokens: 7, truncated: false, embedding: $0))
      }
    }
    let expected =
      #"{"index":12,"text":"한국어 \"따옴표\"\t\\","tokens":7,"truncated":false,"#
      + #""embedding":[0.1,-0.0,1.0,-1.5e-07,3.4028235e+38,null,null]}"# + "\n"
    #expect(String(decoding: line.bytes, as: UTF8.self) == expected)
  }

  @Test func emptyEmbeddingAndTruncatedText() {
    var line = JSONLine()
    let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    line.append(
      .init(index: 0, text: none, tokens: 2, truncated: true, embedding: .init(start: nil, count: 0)))
    #expect(
      String(decoding: line.bytes, as: UTF8.self)
        == #"{"index":0,"text":"","tokens":2,"truncated":true,"embedding":[]}"# + "\n")
  }

  @Test func everyControlCharacterIsEscaped() throws {
    for byte in UInt8(0)..<0x80 {
      let json = string([0x41, byte, 0x42])
      #expect(!json.contains { $0 < 0x20 })
      #expect(Array(try parsedString(json).utf8) == [0x41, byte, 0x42])
    }
  }

  /// The reference is Swift's own repair, which follows the same recommendation of the Unicode standard.
  @Test func illFormedUTF8BecomesReplacementCharacters() throws {
    let cases: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0xA0], [0xED, 0xA0, 0x80],
      [0xED, 0x9F, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x90, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF4, 0x8F, 0xBF, 0xBF], [0xF5, 0x80], [0xFF, 0xFE],
      [0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41],
    ]
    for bytes in cases {
      #expect(
        Array(try parsedString(string(bytes)).utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8))
    }
  }

  @Test func randomBytesReadBackAsSwiftDecodesThem() throws {
    var generator = SystemRandomNumberGenerator()
    // Leads, continuations and ASCII in comparable numbers, so that sequences of every kind come up.
    let alphabet: [UInt8] = [
      0x41, 0x22, 0x0A, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC3, 0xE0, 0xE1, 0xED, 0xF0, 0xF4,
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...12, using: &generator)
      let bytes = (0..<count).map { _ in
        Bool.random(using: &generator) ? alphabet.randomElement(using: &generator)! : .random(in: 0...255)
      }
      let json = string(bytes)
      let inner = Array(json.dropFirst().dropLast())
      #expect(String(validating: inner, as: UTF8.self) != nil, "\(bytes)")
      #expect(
        Array(try parsedString(json).utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
    }
  }

  @Test func numbersReadBackAsTheSameBits() throws {
    var generator = SystemRandomNumberGenerator()
    let edges: [Float] = [
      0, -0.0, 1, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .ulpOfOne,
      16_777_216,
    ]
    let randoms = (0..<100_000).map { _ in Float(bitPattern: .random(in: 0...UInt32.max, using: &generator)) }
    for value in edges + randoms where value.isFinite {
      let text = number(value)
      #expect(try #require(Float(text)).bitPattern == value.bitPattern)
      #expect(text.utf8.count <= 15)
    }
  }

  @Test func numbersAreValidJSON() throws {
    for exponent in -149...127 {
      let value = Float(sign: .minus, exponent: exponent, significand: 1.2345)
      let parsed = try JSONSerialization.jsonObject(
        with: Data(number(value).utf8), options: .fragmentsAllowed)
      #expect(try #require(parsed as? NSNumber).floatValue == value)
    }
  }

  @Test func clearingKeepsNothing() {
    var line = JSONLine()
    line.append("abc")
    line.clear()
    line.append(integer: -42)
    #expect(line.bytes == Array("-42".utf8))
  }
}
