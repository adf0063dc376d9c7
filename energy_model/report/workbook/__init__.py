"""The workbook of a result and the annex of a contract, in Chinese and in English."""
