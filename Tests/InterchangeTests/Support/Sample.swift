enum Sample {
  /// A document with values of every kind, nested, escaped and beyond ASCII.
  static let document = Array(
    #"""
    {
      "version": "1.0", "truncation": null, "padding": {"length": 40, "strategy": {"Fixed": [1, 2, 3]}},
      "added_tokens": [
        {"id": 0, "content": "[CLS]", "special": true, "lstrip": false},
        {"id": 4, "content": "\u2581\"\\\n", "special": false, "score": -12.375e-3}
      ],
      "model": {"vocab": {"안녕": 5, "##하": 6, "é": 7, "\ud83d\ude00": 8, "": 9}, "empty": [], "none": {}}
    }
    """#.utf8)
}
