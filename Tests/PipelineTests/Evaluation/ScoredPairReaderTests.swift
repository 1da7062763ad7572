import Evaluation
import Testing

@Suite struct ScoredPairReaderTests {
  private func read(
    _ text: String, _ layout: ScoredPairReader.Layout? = nil
  ) throws -> (pairs: [ScoredPair], layout: ScoredPairReader.Layout?) {
    var reader = ScoredPairReader(layout: layout)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      try reader.add(Array(line.utf8))
    }
    return (try reader.finish(), reader.layout)
  }

  private func expectFailure(
    _ text: String, _ layout: ScoredPairReader.Layout? = nil, line: Int?, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: ScoredPairError.self, sourceLocation: sourceLocation) {
      try read(text, layout)
    }
    #expect(error?.line == line, "\(error?.description ?? "")", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        error?.message.contains(word) == true, "\(error?.description ?? "")", sourceLocation: sourceLocation)
    }
  }

  private static let header = "genre\tfilename\tyear\tid\tscore\tsentence1\tsentence2\n"
  private static let rows = "a\tb\tc\t1\t5.000\t\"한 남자\t춤을 춘다\na\tb\tc\t2\t0\tx\t\na\tb\tc\t3\t2.5\ty\tz\n"
  private static let pairs = [
    ScoredPair(first: Array("\"한 남자".utf8), second: Array("춤을 춘다".utf8), score: 5),
    ScoredPair(first: [120], second: [], score: 0), ScoredPair(first: [121], second: [122], score: 2.5),
  ]

  @Test func layoutsAreFound() throws {
    let korsts = try read(Self.header + Self.rows)
    #expect(korsts.pairs == Self.pairs && korsts.layout == .korsts)
    let stsb = try read(Self.rows)
    #expect(stsb.pairs == Self.pairs && stsb.layout == .stsb)
    let lines = """
      {"sentence1": "\\"한 남자", "sentence2": "춤을 춘다", "score": 5}

       {"score": 0.0, "sentence2": "", "sentence1": "x", "source": null}
      {"score": 25e-1, "sentence2": "z", "sentence1": "y"}
      """
    let jsonl = try read(lines)
    #expect(jsonl.pairs == Self.pairs && jsonl.layout == .jsonl)
  }

  @Test func columnsMayBeAnywhere() throws {
    let glue = "index\tsentence1\tsentence2\tscore\n0\ta\tb\t1\n1\tc\td\t2\n\n2\te\tf\t3\n"
    #expect(try read(glue).pairs.map(\.score) == [1, 2, 3])
    // STS-B has further columns in some lines.
    let extra = Self.rows + "a\tb\tc\t4\t1\tu\tv\tsource\tlicence\n"
    #expect(try read(extra).pairs.count == 4)
  }

  @Test func layoutCanBeForced() throws {
    #expect(try read(Self.rows, .stsb).pairs == Self.pairs)
    expectFailure(Self.rows, .korsts, line: 1, "no column \"score\"")
    expectFailure(Self.rows, .jsonl, line: 1, "not JSON")
    expectFailure(Self.header + Self.rows, .stsb, line: 1, "\"score\" is not a number")
  }

  @Test func brokenLinesAreNamed() {
    let good = Self.header + Self.rows
    expectFailure(good + "a\tb\tc\t4\t\tx\ty", line: 5, "score is missing")
    for score in ["five", "nan", "inf", "0x1p3", "1,5", "1e999", " 1", "-"] {
      expectFailure(good + "a\tb\tc\t4\t\(score)\tx\ty", line: 5, "\"\(score)\" is not a number")
    }
    expectFailure(good + "a\tb\tc\t4\t1\tx", line: 5, "6 columns instead of 7")
    expectFailure(good + "a\tb\tc\t4\t1\tx\ty\tz", line: 5, "8 columns instead of 7")
    expectFailure("genre\tscore\tsentence1\n", line: 1, "no column \"sentence2\"")
    expectFailure("just some text\n", line: 1, "no column \"score\"")
    expectFailure("{\"sentence1\": \"a\", \"score\": 1}", line: 1, "\"sentence2\"")
    expectFailure("{\"sentence1\": \"a\", \"sentence2\": \"b\"}", line: 1, "\"score\"")
    expectFailure("{\"sentence1\": \"a\", \"sentence2\": 3, \"score\": 1}", line: 1, "\"sentence2\"")
    expectFailure("{\"sentence1\": \"a\", \"sentence2\": \"b\", \"score\": \"1\"}", line: 1, "\"score\"")
    expectFailure("{\"sentence1\":", line: 1, "not JSON")
    expectFailure("[]", .jsonl, line: 1, "not a JSON object")
  }

  @Test func notUTF8() throws {
    var reader = ScoredPairReader()
    try reader.add(Array(Self.header.utf8.dropLast()))
    let error = #expect(throws: ScoredPairError.self) {
      try reader.add(Array("a\tb\tc\t1\t1\tx\t".utf8) + [0xB0, 0xA1])
    }
    #expect(error?.description == "line 2: not UTF-8 (byte 13 of the line)")
  }

  @Test func tooLittle() {
    expectFailure("", line: nil, "no pairs")
    expectFailure(Self.header, line: nil, "no pairs")
    expectFailure(Self.header + "a\tb\tc\t1\t1\tx\ty", line: nil, "1 pair;", "3 or more")
    expectFailure(
      "{\"sentence1\":\"a\",\"sentence2\":\"b\",\"score\":1}\n{\"sentence1\":\"a\",\"sentence2\":\"b\",\"score\":2}",
      line: nil, "2 pairs;")
    let row = "a\tb\tc\t1\t4\tx\ty\n"
    expectFailure(Self.header + row + row + row, line: nil, "every score is 4.0")
  }
}
